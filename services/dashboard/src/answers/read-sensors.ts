import type { SensorAnswer } from './answers.ts'
import { readStatusWord } from './read-rows.ts'
import { instant, type Json, list, number, object, optional, text } from './shape.ts'

/** The sensors in service of a GeoJSON answer (RFC 7946), in its order. @throws ShapeError */
export function readSensors(answer: unknown): readonly SensorAnswer[] {
  return list(object(answer, 'answer')['features'], 'features').flatMap((value, i) => {
    const feature = object(value, `features[${i}]`)
    const properties = object(feature['properties'], `features[${i}].properties`)
    return properties['in_service'] === false ? [] : [readSensor(feature, properties, `features[${i}]`)]
  })
}

function readSensor(feature: Json, properties: Json, path: string): SensorAnswer {
  const id = text(feature['id'], `${path}.id`)
  const latest = object(properties['latest'], `${path}.latest`)
  const at = optional(instant, latest['at'], `${path}.latest.at`)
  const from = optional(instant, latest['from'], `${path}.latest.from`) ?? at
  const to = optional(instant, latest['to'], `${path}.latest.to`) ?? at
  return {
    id,
    name: optional(text, properties['name'], `${path}.name`) ?? id,
    ...readPlace(feature['geometry'], `${path}.geometry`),
    status: readStatusWord(properties['status'], `${path}.status`),
    span: from === null || to === null ? null : { from, to },
    values: Object.fromEntries(
      // Labels of states are not figures: this page draws figures.
      Object.entries(object(latest['values'], `${path}.latest.values`)).map(([name, value]) => [
        name,
        typeof value === 'number' ? value : null,
      ]),
    ),
  }
}

function readPlace(geometry: unknown, path: string): { lon: number | null; lat: number | null } {
  if (geometry === null) return { lon: null, lat: null }
  const [lon, lat] = list(object(geometry, path)['coordinates'], `${path}.coordinates`)
  return { lon: number(lon, `${path}.lon`), lat: number(lat, `${path}.lat`) }
}
