import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TempCity, tempCity } from '../support/temp-city.ts'
import { faultsOf } from '../support/faults-of.ts'
import { loadCity } from './load-city.ts'

let city: TempCity

beforeEach(() => {
  city = tempCity()
})
afterEach(() => city.end())

const PED = 'streams/pedestrian-counts'
const BIN = 'streams/bin-levels'

const faults = () => faultsOf(city.dir)

test('a city with two of the shipped streams loads', async () => {
  const { name, zone, streams, topics } = await loadCity(city.dir)
  expect({ name, zone, streams: streams.map((s) => s.name), topics: [...topics.keys()] }).toEqual({
    name: 'Commonstream demo city',
    zone: 'Australia/Melbourne',
    streams: ['bin-levels', 'pedestrian-counts'],
    topics: ['windows', 'alerts', 'quarantine'],
  })
})

test('a stream has its contract in milliseconds', async () => {
  const stream = (await loadCity(city.dir)).streams.find((s) => s.name === 'pedestrian-counts')!
  expect(stream).toMatchObject({
    table: 'pedestrian_counts',
    partitions: 4,
    schemaId: 10,
    source: { mqtt: 'city/pedestrian-counts/{sensor}', everyMs: 60_000, sensors: 'registered', silence: 'zero' },
    time: { aheadMs: 300_000, behindMs: 2_592_000_000, latenessMs: 600_000, catchUpMs: 120_000 },
    window: { sizeMs: 900_000 },
    retention: { topicMs: 259_200_000, readingsMs: 172_800_000, partialsMs: 172_800_000 },
    disclosure: { policy: 1, from: Date.UTC(2023, 2, 1), epsilon: [1, 2], group: 10, beta: [1, 100] },
    unprotected: null,
    properties: [
      { name: 'direction_1', kind: 'count', resolution: '1', nullable: false, aggregates: ['sum'] },
      { name: 'direction_2', kind: 'count', resolution: '1', nullable: false, aggregates: ['sum'] },
    ],
  })
  expect((stream.avro as { fields: { name: string }[] }).fields.map((f) => f.name)).toEqual([
    'event_id',
    'sensor',
    'at',
    'clamped',
    'direction_1',
    'direction_2',
  ])
})

test('every fault of every file comes at once, with its line', async () => {
  city.edit('city.yaml', 'Australia/Melbourne', 'Australia/Nowhere')
  city.edit(`${PED}/contract.yaml`, 'partitions: 4', 'partitions: many')
  city.edit(`${PED}/event.avsc`, '"name": "direction_1"', '"name": "face_id"')
  city.edit(`${PED}/sensors.geojson`, '"id": "2"', '"id": "1"')
  city.edit(`${BIN}/contract.yaml`, 'fullness < 6', 'emptiness < 6')
  city.write(`${BIN}/examples/more.json`, '{ "at": 5,\n "fullness": }')
  expect((await faults()).map((f) => f.slice(0, 70))).toEqual([
    expect.stringMatching(/^city\.yaml:3: "Australia\/Nowhere" is no IANA/),
    expect.stringMatching(/^streams\/bin-levels\/contract\.yaml:28: .*Unknown variable/),
    expect.stringMatching(/^streams\/bin-levels\/examples\/more\.json:2: not JSON/),
    expect.stringMatching(/^streams\/pedestrian-counts\/contract\.yaml:19: "partitions" must be integ/),
    expect.stringMatching(/^streams\/pedestrian-counts\/event\.avsc:6: field "face_id": the name says/),
    expect.stringMatching(/^streams\/pedestrian-counts\/sensors\.geojson:3: sensor "1" is there twice/),
  ])
})

test('missing files are told by name', async () => {
  city.remove(`${PED}/sensors.geojson`)
  city.remove(`${PED}/examples`)
  city.remove(`${BIN}/contract.yaml`)
  expect(await faults()).toEqual([
    'streams/bin-levels/contract.yaml: the file is missing',
    'streams/pedestrian-counts/examples: the folder is missing; add at least one payload as the sensors send it',
    'streams/pedestrian-counts/sensors.geojson: the file is missing',
  ])
})

test('a folder without streams, and one that is not there', async () => {
  city.remove('streams')
  expect(await faults()).toEqual([expect.stringMatching(/^streams: there is no stream; add a folder/)])
  city.remove('city.yaml')
  expect(await faults()).toContain('city.yaml: the file is missing')
})

test('topics may be left out: their schemas belong to the code', async () => {
  city.remove('topics')
  expect([...(await loadCity(city.dir)).topics.keys()]).toEqual(['windows', 'alerts', 'quarantine'])
})

test('a stream without an assessment loads; it is the bridge that refuses its messages', async () => {
  city.edit(`${PED}/contract.yaml`, 'assessment:', '# assessment:')
  expect((await loadCity(city.dir)).streams.find((s) => s.name === 'pedestrian-counts')?.assessment).toBeNull()
})

test('a new sensor kind is one folder', async () => {
  city.copy(BIN, 'streams/litter-levels')
  city.edit('streams/litter-levels/contract.yaml', 'stream: bin-levels', 'stream: litter-levels')
  city.edit('streams/litter-levels/contract.yaml', 'city/bin-levels', 'city/litter-levels')
  city.edit('streams/litter-levels/event.avsc', '"schemaId": 20', '"schemaId": 30')
  const { streams } = await loadCity(city.dir)
  expect(streams.map((s) => [s.name, s.table, s.schemaId])).toContainEqual(['litter-levels', 'litter_levels', 30])
})

test('sensors of an open stream need no register', async () => {
  city.edit(`${BIN}/contract.yaml`, 'sensors: registered', 'sensors: open')
  city.remove(`${BIN}/sensors.geojson`)
  expect((await loadCity(city.dir)).streams[0]?.sensors).toEqual([])
})

test('places come out as they may be shown', async () => {
  city.edit(`${PED}/sensors.geojson`, '"installed": "2009-03-24"', '"installed": "2009-03-24", "aliases": ["Bourke St Mall"]')
  city.edit(`${PED}/sensors.geojson`, '"place": "exact", "installed": "2009-03-30"', '"place": "coarse"')
  const { sensors } = (await loadCity(city.dir)).streams.find((s) => s.name === 'pedestrian-counts')!
  expect(sensors.find((s) => s.id === '1')).toEqual({
    id: '1',
    name: 'Bourke Street Mall (North)',
    zone: 'City centre',
    gateway: null,
    lon: 144.965153,
    lat: -37.813494,
    place: 'exact',
    everyMs: 60_000,
    installed: '2009-03-24',
    removed: null,
    aliases: ['Bourke St Mall'],
  })
  expect(sensors.find((s) => s.id === '2')).toMatchObject({ place: 'coarse', lon: 144.965, lat: -37.814 })
  expect(sensors.find((s) => s.id === '26')).toMatchObject({ place: 'none', lon: null, lat: null, name: 'Sensor 26' })
  expect(sensors.find((s) => s.id === '59')?.everyMs).toBe(300_000)
})

test('a state is told by how long it lasted, how often it came and what it was last', async () => {
  const field =
    '{ "name": "lid", "kind": "state", "unit": "1", "doc": "x", "observedProperty": "urn:x:lid", "type": ["null", "string"], "pattern": "open|closed" },'
  city.edit(`${BIN}/event.avsc`, '"fields": [', `"fields": [ ${field}`)
  const stream = (await loadCity(city.dir)).streams[0]!
  expect(stream.properties[0]).toMatchObject({ name: 'lid', label: true, nullable: true, aggregates: [] })
  city.edit(`${BIN}/contract.yaml`, 'properties: {', 'properties: { lid: [duration, arrivals, last],')
  expect((await loadCity(city.dir)).streams[0]!.properties[0]?.aggregates).toEqual(['duration', 'arrivals', 'last'])
  city.edit(`${BIN}/contract.yaml`, 'lid: [duration,', 'lid: [mean, duration,')
  expect((await faults()).join('\n')).toMatch(/"lid" is a state; its mean means nothing; take duration, arrivals or last/)
})

test('a counter may say where it begins again', async () => {
  const counter = (rollover: string) =>
    `"fields": [ { "name": "emptied", "kind": "counter", "unit": "kg", "resolution": "0.5", "doc": "x", "observedProperty": "urn:x:emptied", "type": "double", "rollover": ${rollover} },`
  city.edit(`${BIN}/event.avsc`, '"fields": [', counter('"6553.5"'))
  city.edit(`${BIN}/contract.yaml`, 'properties: {', 'properties: { emptied: [sum, last],')
  for (const file of ['reading', 'reading-with-sequence', 'undeclared-fields'])
    city.edit(`${BIN}/examples/${file}.json`, '"fullness"', '"emptied": 12.5, "fullness"')
  expect((await loadCity(city.dir)).streams[0]?.properties[0]).toMatchObject({ kind: 'counter', rollover: '6553.5' })
  city.edit(`${BIN}/event.avsc`, '"6553.5"', '"6553.2"')
  expect((await faults()).join('\n')).toMatch(/field "emptied": a "rollover" is where a counter begins again at 0/)
  city.edit(`${BIN}/event.avsc`, '"kind": "counter"', '"kind": "gauge"')
  expect((await faults()).join('\n')).toMatch(/field "emptied": a "rollover" is where a counter begins again at 0/)
})

test('late points need what stands around them', async () => {
  city.edit(`${BIN}/event.avsc`, '"kind": "gauge"', '"kind": "state"')
  city.edit(`${BIN}/contract.yaml`, '[min, max, mean, last]', '[duration]')
  city.edit(`${BIN}/contract.yaml`, 'partials: P1Y', 'partials: P7D')
  expect((await faults()).join('\n')).toMatch(/must be at least time.behind: late points of the state "fullness" need it/)
})

test('an earlier version of the events must be readable', async () => {
  city.copy(`${BIN}/event.avsc`, `${BIN}/event.19.avsc`)
  city.edit(`${BIN}/event.19.avsc`, '"schemaId": 20', '"schemaId": 19')
  expect([...(await loadCity(city.dir)).streams[0]!.versions.keys()]).toEqual([20, 19])
  city.edit(`${BIN}/event.19.avsc`, '"type": "int"', '"type": "double"')
  expect(await faults()).toEqual([
    expect.stringMatching(/^streams\/bin-levels\/event.avsc:6: cannot read events of event.19.avsc: "fullness" was "double"/),
  ])
})

test.each([
  ['"unit": "1"', '"unit": "%"', /event.avsc:6: .* "fullness" had unit % and keeps it; give the changed property a new name/],
  ['"resolution": "1"', '"resolution": "2"', /"fullness" had resolution 2 and keeps it/],
  ['"kind": "gauge"', '"kind": "count"', /"fullness" had kind count and keeps it/],
])('a property keeps what its figures mean: %s', async (now, before, said) => {
  city.copy(`${BIN}/event.avsc`, `${BIN}/event.19.avsc`)
  city.edit(`${BIN}/event.19.avsc`, '"schemaId": 20', '"schemaId": 19')
  city.edit(`${BIN}/event.19.avsc`, now, before)
  expect(await faults()).toEqual([expect.stringMatching(said)])
})

test('a property may be retired', async () => {
  city.copy(`${BIN}/event.avsc`, `${BIN}/event.19.avsc`)
  city.edit(`${BIN}/event.19.avsc`, '"schemaId": 20', '"schemaId": 19')
  const lid =
    '{ "name": "lid", "kind": "count", "unit": "1", "resolution": "1", "doc": "x", "observedProperty": "urn:x:lid", "type": "int" },'
  city.edit(`${BIN}/event.19.avsc`, '"fields": [', `"fields": [ ${lid}`)
  expect((await loadCity(city.dir)).streams[0]!.properties.map((p) => p.name)).toEqual(['fullness'])
})

test('a field that an earlier version lacks is nullable', async () => {
  city.copy(`${BIN}/event.avsc`, `${BIN}/event.19.avsc`)
  city.edit(`${BIN}/event.19.avsc`, '"schemaId": 20', '"schemaId": 19')
  const field = (type: string) =>
    `"fields": [ { "name": "battery", "kind": "gauge", "unit": "V", "resolution": "0.01", "doc": "x", "observedProperty": "urn:x:battery", "type": ${type} },`
  city.edit(`${BIN}/event.avsc`, '"fields": [', field('"double"'))
  expect((await faults()).join('\n')).toMatch(/cannot read events of event.19.avsc: "battery" is new and must be \["null", <type>\]/)
  city.edit(`${BIN}/event.avsc`, field('"double"'), field('["null", "double"]'))
  city.edit(`${BIN}/contract.yaml`, 'properties: {', 'properties: { battery: [last],')
  expect((await loadCity(city.dir)).streams[0]?.properties[0]).toMatchObject({ name: 'battery', nullable: true, resolution: '0.01' })
})

test('a kept version keeps its id in its name', async () => {
  city.copy(`${BIN}/event.avsc`, `${BIN}/event.18.avsc`)
  city.edit(`${BIN}/event.18.avsc`, '"schemaId": 20', '"schemaId": 19')
  expect((await faults()).join('\n')).toMatch(/event.18.avsc:2: schema id 19 belongs into event.19.avsc/)
})

test('an example named as refused names a reason that exists', async () => {
  city.write(`${BIN}/examples/refused.boring.json`, '{}')
  expect((await faults()).join('\n')).toMatch(/"boring" is no reason of refusal/)
})

test('a sensor shows what is particular to it, as long as that names nobody', async () => {
  city.edit(
    `${BIN}/sensors.geojson`,
    '"place": "exact"',
    '"place": "exact", "details": {"time_limit": "PT2H", "disability": true, "places": 2, "of": null}',
  )
  const { sensors } = (await loadCity(city.dir)).streams.find((s) => s.name === 'bin-levels')!
  expect(sensors.map((s) => s.details)).toEqual([
    { time_limit: 'PT2H', disability: true, places: 2, of: null },
    ...Array.from({ length: 30 }),
  ])
  let details = '{"time_limit": "PT2H", "disability": true, "places": 2, "of": null}'
  for (const spoilt of ['["PT2H"]', '{"Time limit": 2}', '{"number_plate": "x"}', '{"deep": {"a": 1}}', `{"long": "${'x'.repeat(201)}"}`]) {
    city.edit(`${BIN}/sensors.geojson`, details, spoilt)
    expect((await faults()).join()).toMatch(/sensors.geojson:2: "details" must be/)
    details = spoilt
  }
})

test('a city says with which streams its lists begin', async () => {
  expect((await loadCity(city.dir)).first).toEqual(['pedestrian-counts', 'bin-levels'])
  city.edit('city.yaml', 'first: [pedestrian-counts, bin-levels]', '')
  expect((await loadCity(city.dir)).first).toEqual([])
})
