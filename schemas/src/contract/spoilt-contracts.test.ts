import { afterEach, beforeEach, expect, test } from 'vitest'
import { faultsOf } from '../support/faults-of.ts'
import { type TempCity, tempCity } from '../support/temp-city.ts'

let city: TempCity

beforeEach(() => {
  city = tempCity()
})
afterEach(() => city.end())

const PED = 'streams/pedestrian-counts'
const BIN = 'streams/bin-levels'

// Each row: file, text, what it becomes, what is said.
const SPOILT: [string, string, string, RegExp][] = [
  [
    `${PED}/contract.yaml`,
    'stream: pedestrian-counts',
    'stream: pedestrians',
    /contract.yaml:2: must be the folder's name, "pedestrian-counts"/,
  ],
  [
    `${PED}/contract.yaml`,
    'steward: {',
    'stewart: {',
    /contract.yaml:1: the file lacks "steward"; add it[\s\S]*contract.yaml:7: "stewart" is not known .*mend its spelling/,
  ],
  [`${PED}/contract.yaml`, 'by: Information Governance Management Forum, ', '', /contract.yaml:10: "assessment" lacks "by"; add it/],
  [`${PED}/contract.yaml`, 'review: 2036-03-01', 'review: 2022-03-01', /contract.yaml:10: must be later than the approval/],
  [`${PED}/contract.yaml`, 'review: 2036-03-01', 'review: 2036-02-30', /contract.yaml:10: "2036-02-30" is no day/],
  [
    `${PED}/contract.yaml`,
    'review: 2036-03-01',
    'review: 2036-03-01, withdrawn: { on: 2026-01-01 }',
    /contract.yaml:10: "assessment.withdrawn" lacks "by", "reason"; add them/,
  ],
  [
    `${PED}/contract.yaml`,
    'review: 2036-03-01',
    'review: 2036-03-01, withdrawn: { on: 2021-01-01, by: x, reason: y }',
    /contract.yaml:10: must not be before the approval/,
  ],
  [
    `${PED}/contract.yaml`,
    'personalData: none',
    'personalData: biometric',
    /contract.yaml:11: "personalData" must be one of none, pseudonymous/,
  ],
  [`${PED}/contract.yaml`, 'level: public', 'level: closed', /contract.yaml:12: a closed stream states its "grounds"/],
  [
    `${PED}/contract.yaml`,
    'city/pedestrian-counts/{sensor}',
    'city/pedestrian-counts/x{sensor}',
    /contract.yaml:14: may have \{sensor\} as one whole level/,
  ],
  [`${PED}/contract.yaml`, 'city/pedestrian-counts/{sensor}', 'city/#/{sensor}', /contract.yaml:14: .*wanted form: MQTT topic/],
  [`${PED}/contract.yaml`, 'city/pedestrian-counts/{sensor}', 'city/bin-levels/{sensor}', /can be one of bin-levels/],
  [`${PED}/contract.yaml`, 'codec: json', 'codec: morse', /contract.yaml:15: "morse" is neither json nor lorawan/],
  [`${PED}/contract.yaml`, 'sensors: registered', 'sensors: open', /contract.yaml:16: must be registered in a protected stream/],
  [`${PED}/contract.yaml`, 'silence: zero', 'silence: unknown', /contract.yaml:18: must be zero in a protected stream/],
  [`${PED}/contract.yaml`, 'zone: Australia/Melbourne', 'zone: Melbourne', /contract.yaml:20: "Melbourne" is no IANA time zone/],
  [`${PED}/contract.yaml`, 'lateness: PT10M', 'lateness: P1M', /contract.yaml:20: "P1M" is no usable duration/],
  [
    `${PED}/contract.yaml`,
    'lateness: PT10M',
    'lateness: 10 minutes',
    /contract.yaml:20: "time.lateness" is not of the wanted form: How long a window waits \(ISO 8601/,
  ],
  [`${PED}/contract.yaml`, 'behind: P30D', 'behind: PT5M', /contract.yaml:20: must be at least the lateness/],
  [`${PED}/contract.yaml`, 'size: PT15M', 'size: PT2H', /contract.yaml:21: the base window must divide an hour/],
  [`${PED}/contract.yaml`, 'size: PT15M', 'size: PT7M', /contract.yaml:21: the base window must divide an hour/],
  [
    `${PED}/contract.yaml`,
    'direction_1: [sum]',
    'direction_3: [sum], direction_1: [sum]',
    /contract.yaml:21: event.avsc has no property "direction_3"/,
  ],
  [
    `${PED}/contract.yaml`,
    'direction_1: [sum]',
    'direction_1: [sum, max]',
    /contract.yaml:21: "direction_1": a protected stream has only properties of kind count/,
  ],
  [`${PED}/contract.yaml`, 'direction_1: [sum], ', '', /"direction_1": a protected stream has only/],
  [`${PED}/contract.yaml`, 'windows: P10Y }', 'windows: P100Y }', /contract.yaml:22: must be at most P50Y/],
  [`${PED}/contract.yaml`, ', windows: P10Y }', ' }', /contract.yaml:22: "retention" lacks "windows"/],
  [`${PED}/contract.yaml`, 'topic: P3D', 'topic: PT71H', /contract.yaml:22: must be at least P3D/],
  [`${PED}/contract.yaml`, 'readings: P2D', 'readings: P3D', /contract.yaml:22: must be at most P2D in a protected stream/],
  [`${PED}/contract.yaml`, 'partials: P2D', 'partials: P9D', /contract.yaml:22: must be at most P2D in a protected stream/],
  [`${PED}/contract.yaml`, 'group: 10, ', '', /contract.yaml:24: lacks "group"/],
  [`${PED}/contract.yaml`, 'policy: 1', 'none: "why", policy: 1', /contract.yaml:24: has a policy and says that none is needed/],
  [`${PED}/contract.yaml`, '"1/2"', '0.5', /contract.yaml:24: "disclosure.epsilon" must be string: ε of one passage, a fraction/],
  [`${PED}/contract.yaml`, '"1/100"', '"3/2"', /contract.yaml:24: must be below 1/],
  [`${PED}/contract.yaml`, '2023-03-01T00:00:00Z', '2023-03-01', /contract.yaml:24: must be an RFC 3339 instant/],
  [`${PED}/contract.yaml`, '>= 300', '>= "300"', /contract.yaml:28: .*no such overload/],
  [
    `${PED}/contract.yaml`,
    'direction_1_sum + direction_2_sum >= 300',
    'direction_1_count > 1.0',
    /contract.yaml:28: .*Unknown variable: direction_1_count; it may use direction_1_sum, direction_2_sum/,
  ],
  [`${PED}/contract.yaml`, 'partitions: 4', 'partitions: [', /contract.yaml:\d+: not YAML/],
  [`${PED}/event.avsc`, '"schemaId": 10', '"schemaId": 20', /event.avsc: schema id 20 is taken by streams\/bin-levels\/event.avsc/],
  [`${PED}/event.avsc`, ', "schemaId": 10', '', /event.avsc:\d+: "schemaId" must be an integer/],
  [`${PED}/event.avsc`, '"schemaId": 10', '"schemaId": "ten"', /event.avsc:2: "schemaId" must be an integer/],
  [`${PED}/event.avsc`, '"unit": "1", ', '', /event.avsc:\d+: field "direction_1": add "unit" in UCUM/],
  [`${PED}/event.avsc`, '"kind": "count"', '"kind": "tally"', /field "direction_1": add "kind"/],
  [`${PED}/event.avsc`, '"resolution": "1"', '"resolution": "0"', /field "direction_1": add "resolution"/],
  [`${PED}/event.avsc`, '"resolution": "1"', '"resolution": "0.1"', /"direction_1" has resolution 0.1; counts of a protected stream/],
  [
    `${PED}/event.avsc`,
    'https://uri.fiware.org/ns/data-models#peopleCount',
    'people',
    /field "direction_1": add "observedProperty", a URI/,
  ],
  [`${PED}/event.avsc`, '"type": "int"', '"type": "double"', /"direction_1" is a double; a protected stream counts in whole numbers/],
  [`${PED}/event.avsc`, '"type": "int"', '"type": "string"', /field "direction_1": a string must be of kind state/],
  [`${PED}/event.avsc`, '"type": "int"', '"type": ["int", "null"]', /field "direction_1": a union must be \["null", <type>\]/],
  [`${PED}/event.avsc`, '"type": "int", "kind": "count"', '"type": "string", "kind": "state"', /field "direction_1": free text is refused/],
  [
    `${PED}/event.avsc`,
    '"type": "int", "kind": "count"',
    '"type": "string", "kind": "state", "pattern": "[0-9a-f:]{17}"',
    /field "direction_1": the pattern lets a MAC address through/,
  ],
  [`${PED}/event.avsc`, '"name": "direction_1"', '"name": "Direction"', /field "Direction": the name must be lower case/],
  [`${PED}/event.avsc`, '"name": "direction_1"', '"name": "window"', /field "window": the name is taken/],
  [`${PED}/event.avsc`, '"name": "direction_1"', '"name": "licence_plate"', /field "licence_plate": the name says that it identifies/],
  [`${PED}/event.avsc`, '"type": "int"', '"type": "integer"', /event.avsc:4: not a usable Avro schema/],
  [
    `${PED}/sensors.geojson`,
    '"id": "2"',
    '"id": "70B3D57ED0041234"',
    /sensors.geojson:3: sensor id "70B3D57ED0041234" looks like a DevEUI/,
  ],
  [`${PED}/sensors.geojson`, '"id": "2"', '"id": "a b"', /sensors.geojson:3: a sensor needs an "id"/],
  [`${PED}/sensors.geojson`, '"place": "exact"', '"place": "vague"', /sensors.geojson:2: "place" must be exact, coarse or none/],
  [`${PED}/sensors.geojson`, '144.965153', '"144.965153"', /sensors.geojson:2: needs a Point/],
  [`${PED}/sensors.geojson`, '"installed": "2009-03-24"', '"installed": "March"', /sensors.geojson:2: "installed" must be a date/],
  [`${PED}/sensors.geojson`, '"installed": "2009-03-24"', '"serial": "1511190"', /sensors.geojson:2: "serial" is not known/],
  [`${PED}/sensors.geojson`, '"place": "exact"', '"place": "exact", "every": "5 min"', /sensors.geojson:2: "every" must be an ISO 8601/],
  [
    `${PED}/examples/reading.json`,
    '"direction_1": 5',
    '"direction_1": 5.5',
    /reading.json: "direction_1" is 5.5, which is not of its type; mend it, or name it refused/,
  ],
  [`${PED}/examples/reading.json`, '+10:00', '', /reading.json: "at" must be an RFC 3339 time with offset/],
  [`${BIN}/contract.yaml`, '[min, max, mean, last]', '[sum]', /contract.yaml:\d+: "fullness" is a gauge; its sum means nothing/],
  [
    `${BIN}/contract.yaml`,
    '[min, max, mean, last]',
    '[median]',
    /contract.yaml:\d+: "windows.properties.fullness.0" must be one of sum, min/,
  ],
  [`${BIN}/contract.yaml`, 'silence: unknown', 'silence: zero', /^$/],
  [`${BIN}/contract.yaml`, 'rule: full', 'rule: Full Bin', /"alerts.0.rule" is not of the wanted form/],
  [`${BIN}/contract.yaml`, 'when: fullness >= 8', 'when: fullness + 8.0', /is a double, not a truth value/],
  [
    `${BIN}/event.avsc`,
    '"kind": "gauge"',
    '"kind": "counter"',
    /"fullness" is a counter; its min, max, mean means nothing; take sum or last/,
  ],
  ['city.yaml', 'name: Commonstream demo city', '', /city.yaml:1: the file lacks "name"/],
  ['topics/alerts.avsc', '"schemaId": 2', '"schemaId": 1', /topics\/alerts.avsc: schema id 1 is taken by topics\/windows.avsc/],
  ['topics/alerts.avsc', '"record"', '"recording"', /topics\/alerts.avsc:\d+: not a usable Avro schema/],
]

test.each(SPOILT)('%s: "%s" as "%s" is told', async (file, text, by, said) => {
  city.edit(file, text, by)
  expect((await faultsOf(city.dir)).join('\n')).toMatch(said)
})
