import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { sensorIds, writeCityFolder } from '../support/city-folder.ts'

/** An unprotected stream at live pace: the first sensors make the load, the last ones are watched. */
export const LIVE = { stream: 'bench-live', sensors: 2_000, probes: 400, rate: 2_000 } as const

/** What a probe counts, far above anything of the load: its reading fires the alert. */
export const PROBE_COUNT = 5_000

/** Writes the city's folder. Its one alert is judged at each reading, so that it waits for no window. */
export function writeLiveCity(dir: string): void {
  const { stream, sensors, probes } = LIVE
  writeCityFolder(dir, [{ name: stream, schemaId: 950, sensors: sensors + probes, partitions: 4, isProtected: false, keepReadings: true }])
  const file = path.join(dir, 'streams', stream, 'contract.yaml')
  const alert = `{ rule: probe, on: reading, when: direction_1 >= ${PROBE_COUNT}, clear: direction_1 < 10, severity: info, title: Probe }`
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^alerts:\n[\s\S]*/m, `alerts:\n  - ${alert}\n`))
}

/** The sensors that are watched. */
export function probeSensors(): string[] {
  return sensorIds(LIVE.sensors + LIVE.probes).slice(LIVE.sensors)
}
