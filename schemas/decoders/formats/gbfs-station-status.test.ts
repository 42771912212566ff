import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { plainMapping } from '../../src/decode/mapping.ts'
import { type Reading, Refused } from '../../src/decode/reading.ts'
import { gbfsStationStatus } from './gbfs-station-status.ts'

const SHARED = fileURLToPath(new URL('../../../../shared/data/ecobici-gbfs', import.meta.url))
const read = (payload: Uint8Array) => gbfsStationStatus(payload, plainMapping('UTC'))

test('each station is a reading at its own last report', () => {
  const readings = read(readFileSync(join(import.meta.dirname, 'samples', 'station-status.json'))) as Reading[]
  expect(readings.map(({ sensor, at }) => [sensor, at])).toEqual([
    ['5', 1_712_887_803_000],
    ['6', 0],
    ['7', Date.parse('2024-04-12T02:10:03Z')],
  ])
  expect(readings[0]?.values).toEqual({
    num_bikes_available: 5,
    num_bikes_disabled: 0,
    num_docks_available: 14,
    num_docks_disabled: 0,
    is_installed: true,
    is_renting: true,
    is_returning: false,
    eightd_has_available_keys: false,
    is_charging: false,
  })
  expect(readings[2]?.values).toEqual({ num_vehicles_available: 2, is_renting: true })
})

test.each(['404 Not Found', '', '{}', '[]', 'null', '{"data":{}}', '{"data":{"stations":[7]}}', '{"message":"Internal server error"}'])(
  'a poll that says %j is refused',
  (text) => {
    expect(read(Buffer.from(text))).toMatchObject({ reason: 'undecodable' })
  },
)

test('a published day of polls: all stations of each, but for the poll that is an error page', () => {
  if (!existsSync(SHARED)) return
  const polls = readdirSync(SHARED).filter((file) => file.startsWith('station_status'))
  const refused: string[] = []
  for (const poll of polls) {
    const payload = readFileSync(join(SHARED, poll))
    const readings = read(payload)
    if (readings instanceof Refused) refused.push(payload.toString())
    // Counted in the text, not by the parser that is under test.
    else expect(readings.length).toBe(payload.toString().split('"station_id"').length - 1)
  }
  expect(refused).toEqual(['404 Not Found'])
})
