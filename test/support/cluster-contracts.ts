import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { sensorIds, writeCityFolder } from './city-folder.ts'

export const OPEN = 'made-open'
export const PROTECTED = 'made-protected'
/** Base window of the made streams. */
export const WINDOW_MS = 3_000
export const SENSORS = sensorIds(100)

/** What of the contracts differs between two versions of them. */
export interface ContractVersion {
  readonly lateness: string
  /** Version of the alert rule on windows of direction_2, and its threshold as a share of what a window sums up to. */
  readonly rule: number
  readonly crowd: number
}

export const FIRST: ContractVersion = { lateness: 'PT5S', rule: 1, crowd: 0.95 }
/** Other windows to wait for, and another rule: a change that needs a new fold document, under load. */
export const SECOND: ContractVersion = { lateness: 'PT6S', rule: 2, crowd: 0.85 }

/**
 * Writes a city of two streams of pedestrian counts, an unprotected and a protected one, in which all goes fast enough
 * for a test of some minutes: windows of three seconds, two seconds' grace for clocks, four for sensors that come back.
 * @param usual what direction_2 of a window usually sums up to
 */
export function writeClusterCity(dir: string, partitions: number, usual: number, version: ContractVersion): string {
  const crowd = Math.round(usual * version.crowd)
  const stream = { sensors: SENSORS.length, partitions, keepReadings: true }
  writeCityFolder(dir, [
    { ...stream, name: OPEN, schemaId: 901, isProtected: false },
    { ...stream, name: PROTECTED, schemaId: 902, isProtected: true },
  ])
  for (const name of [OPEN, PROTECTED]) {
    const file = path.join(dir, 'streams', name, 'contract.yaml')
    const contract = readFileSync(file, 'utf8')
      .replace('ahead: PT5M', 'ahead: PT2S')
      .replace('lateness: PT10M', `lateness: ${version.lateness}`)
      .replace('catchUp: PT2M', 'catchUp: PT4S')
      .replace('size: PT15M', `size: PT${WINDOW_MS / 1_000}S`)
      .replace(/^ {2}- rule: crowd$/m, `  - rule: crowd\n    version: ${version.rule}`)
      .replace(/when: .*/, `when: direction_2_sum >= ${crowd}`)
      .replace(/clear: .*/, `clear: direction_2_sum < ${crowd}`)
    writeFileSync(file, contract)
  }
  return dir
}
