import type { Property, Sensor, Stream } from '@commonstream/schemas'

/** As much of a contract as the fleet reads, for tests that need no loaded city. */
export function exampleStream(
  name: string,
  sensors: readonly { id: string; gateway?: string }[],
): Pick<Stream, 'name' | 'source' | 'sensors' | 'properties'> {
  const registered = sensors.map(
    ({ id, gateway = null }): Sensor => ({
      id,
      name: id,
      zone: null,
      gateway: gateway ?? null,
      lon: null,
      lat: null,
      place: 'none',
      everyMs: 60_000,
      installed: null,
      removed: null,
      aliases: [],
    }),
  )
  return {
    name,
    source: { mqtt: `city/${name}/{sensor}`, codec: 'json', sensors: 'registered', everyMs: 60_000, silence: 'unknown' },
    sensors: registered,
    properties: [property('passed', 'count', '1'), property('level', 'gauge', '0.1')],
  }
}

function property(name: string, kind: Property['kind'], resolution: string): Property {
  return { name, kind, doc: name, unit: '1', observedProperty: 'https://example.org/', resolution, nullable: false, aggregates: [] }
}
