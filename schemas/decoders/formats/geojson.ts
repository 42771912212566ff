import { jsonOf, type Json, objectOf } from '../../src/decode/json.ts'
import { tooMany } from '../../src/decode/limit-readings.ts'
import { type Mapping, rowReadings } from '../../src/decode/mapping.ts'
import { type Decoded, type Reading, Refused } from '../../src/decode/reading.ts'

/**
 * The features of a GeoJSON collection, of one feature, or of a bare list of features: one reading each, out of its
 * properties and its `id`. Where a feature lies is not taken: a sensor's place stands in the register.
 */
export function geojsonFeatures(payload: Uint8Array, mapping: Mapping): Decoded {
  const value = jsonOf(payload)
  if (value instanceof Refused) return value
  const features = featuresOf(value)
  if (features === null) return new Refused('undecodable', 'neither a GeoJSON feature nor a collection or list of them')
  const many = tooMany(features.length)
  if (many !== null) return many
  return features.flatMap<Reading | Refused>((feature, i) => {
    const properties = objectOf(objectOf(feature)?.properties)
    if (properties === null) return [new Refused('invalid', `feature ${i + 1} has no properties`)]
    return rowReadings({ ...idOf(feature as Json), ...properties }, mapping)
  })
}

function featuresOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  const object = objectOf(value)
  if (object?.type === 'Feature') return [object]
  return object?.type === 'FeatureCollection' && Array.isArray(object.features) ? object.features : null
}

function idOf(feature: Json): Json {
  return feature.id === undefined ? {} : { id: feature.id }
}
