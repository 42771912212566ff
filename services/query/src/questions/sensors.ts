import type { Sensor, Stream } from '@commonstream/schemas'
import { inService } from './aggregates/groups.ts'
import { isoDuration } from './duration.ts'
import type { LatestRow } from './latest.ts'
import { type DatedSensor, sensorAt } from './register.ts'

/** Degrees to which a coarse place is rounded: about a kilometre. */
const COARSE = 100

/**
 * A sensor as a GeoJSON feature: what the public may know of it, as it was at `now` (epoch ms), and its latest. Gateways
 * and aliases stay inside.
 */
export function sensorFeature(stream: Stream, dated: DatedSensor, latest: LatestRow, now: number): Record<string, unknown> {
  const sensor = sensorAt(dated, now)
  const { at, from, to, values, noise_sd, reporting, status } = latest
  return {
    type: 'Feature',
    id: sensor.id,
    geometry: placeOf(sensor),
    properties: {
      name: sensor.name,
      zone: sensor.zone,
      place: sensor.place,
      every: isoDuration(sensor.everyMs),
      ...(sensor.details && { details: sensor.details }),
      installed: sensor.installed,
      removed: sensor.removed,
      in_service: inService(sensor, now, now + 1, stream.time.zone),
      status,
      reporting,
      latest: { at, from, to, values, noise_sd },
    },
  }
}

function placeOf({ lon, lat, place }: Sensor): { type: 'Point'; coordinates: [number, number] } | null {
  if (lon === null || lat === null || place === 'none') return null
  const round = (degrees: number) => (place === 'coarse' ? Math.round(degrees * COARSE) / COARSE : degrees)
  return { type: 'Point', coordinates: [round(lon), round(lat)] }
}
