import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Property, Stream } from '@commonstream/schemas'
import { expect, test } from 'vitest'
import { feed, polled, start, until } from '../../../../test/support/poll-fixture.ts'

const ECOBICI = new URL('../../../../../shared/data/ecobici-gbfs/', import.meta.url)
const files = existsSync(ECOBICI)
  ? readdirSync(ECOBICI)
      .filter((f) => f.startsWith('station_status'))
      .sort()
  : []

interface Station {
  readonly station_id: string
  readonly last_reported: number
  readonly num_bikes_available: number
}

test.runIf(files.length > 0)(
  "a day of Ecobici's polls: each report once, the text 404 in quarantine, stale stations refused once",
  async () => {
    const bodies = files.map((file) => readFileSync(new URL(file, ECOBICI)))
    const parsed = bodies.map((body) =>
      body.length < 100 ? null : (JSON.parse(String(body)) as { last_updated: number; data: { stations: Station[] } }),
    )
    // Asked three seconds after they were made: by then their two seconds of rest are over.
    const times = parsed.map((p, i) => ((p ?? parsed[i - 1])?.last_updated ?? 0) * 1_000 + 3_000)
    const served = { n: 0 }
    const { url } = await feed((_, nth) => ({ body: bodies[(served.n = Math.min(nth, bodies.length - 1))] as Buffer }))
    const ids = [...new Set(parsed.flatMap((p) => p?.data.stations.map((s) => s.station_id) ?? []))]
    const streams = polled(url, (s) => {
      const [sensor] = s.sensors
      const [property] = s.properties as [Property]
      const avro = {
        ...s.avro,
        fields: (s.avro as { fields: { name: string }[] }).fields.map((f) => (f.name === 'fullness' ? { ...f, type: 'int' } : f)),
      }
      return {
        avro,
        properties: [{ ...property, resolution: '1' }],
        sensors: ids.map((id) => ({ ...sensor, id, aliases: [] })) as unknown as Stream['sensors'],
      }
    })
    const { made, counters } = await start({ streams, now: () => times[served.n] as number })
    await until(() => counters.polls.taken + counters.polls.refused > 26)
    // Counted again, by hand: one event per station, report and count; too old is what lies more than 30 days back.
    const wanted = new Set<string>()
    const old = new Set<string>()
    for (const [i, poll] of parsed.entries()) {
      for (const s of poll?.data.stations ?? []) {
        const key = `${s.station_id} ${s.last_reported * 1_000} ${s.num_bikes_available}`
        if (s.last_reported * 1_000 >= (times[i] as number) - 30 * 86_400_000) wanted.add(key)
        else old.add(s.station_id)
      }
    }
    const stored = made.events().map((e) => `${e.sensor} ${e.at} ${String(e['fullness'])}`)
    expect(new Set(stored)).toEqual(wanted)
    expect(
      made
        .quarantined()
        .filter((q) => q['reason'] === 'undecodable')
        .map((q) => String(q['bytes']).trim()),
    ).toEqual(['404 Not Found'])
    expect(
      new Set(
        made
          .quarantined()
          .filter((q) => q['reason'] === 'too_old')
          .map((q) => q['sensor']),
      ),
    ).toEqual(old)
    expect(counters.polls).toMatchObject({ refused: 1, failed: 0 })
    expect(counters.repeated).toBeGreaterThan(0)
  },
)
