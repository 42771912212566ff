import { instantOf } from '../../src/decode/instants.ts'
import { jsonOf, objectOf, objectsOf } from '../../src/decode/json.ts'
import { tooMany } from '../../src/decode/limit-readings.ts'
import type { Mapping } from '../../src/decode/mapping.ts'
import { type Decoded, isValue, type Reading, Refused, type Value } from '../../src/decode/reading.ts'

/**
 * The stations of a GBFS `station_status` (versions 1 to 3): one reading each, at the station's own `last_reported`.
 * Flags, which are 0 and 1 in version 1, become true and false. A station that has not reported since the last poll
 * gives the same reading again, which is the same event; one that never reported (0) is of 1970, which is too old.
 */
export function gbfsStationStatus(payload: Uint8Array, _mapping: Mapping): Decoded {
  const poll = jsonOf(payload)
  if (poll instanceof Refused) return poll
  const stations = objectOf(objectOf(poll)?.data)?.stations
  if (!Array.isArray(stations)) return new Refused('undecodable', 'no list of stations')
  const many = tooMany(stations.length)
  if (many !== null) return many
  if (objectsOf(stations).length !== stations.length) return new Refused('undecodable', 'a station that is no object')
  return objectsOf(stations).map(stationReading)
}

function stationReading({ station_id: id, last_reported: at, ...rest }: Readonly<Record<string, unknown>>): Reading {
  const values: Record<string, Value> = {}
  for (const [name, value] of Object.entries(rest)) {
    if (isValue(value)) values[name] = name.startsWith('is_') && (value === 0 || value === 1) ? value === 1 : value
  }
  return {
    sensor: typeof id === 'string' || typeof id === 'number' ? String(id) : null,
    at: instantOf(at, null),
    dated: true,
    boot: null,
    seq: null,
    values,
  }
}
