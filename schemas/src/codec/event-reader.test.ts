import { expect, test } from 'vitest'
import { CodecFault } from './codec-fault.ts'
import { eventCodec } from './event-codec.ts'
import { bareSchema, EventReader } from './event-reader.ts'

const HEAD = [
  { name: 'event_id', type: { type: 'fixed', name: 'EventId', size: 16 } },
  { name: 'sensor', type: 'string' },
  { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
  { name: 'clamped', type: 'boolean' },
]
const record = (fields: object[]) => ({ type: 'record', name: 'Air', namespace: 'city', doc: 'x', fields: [...HEAD, ...fields] })
const OLD = record([{ name: 'people', type: 'int', unit: '1' }])
const NEW = record([{ name: 'dust', type: ['null', 'double'], default: null }])
const head = { event_id: Buffer.alloc(16, 7), sensor: 'a', at: 1_685_915_940_000, clamped: false }
const old = Buffer.from(eventCodec({ schemaId: 7, avro: OLD, versions: new Map() }).encode({ ...head, people: 3 }))
const young = Buffer.from(eventCodec({ schemaId: 8, avro: NEW, versions: new Map() }).encode({ ...head, dust: 0.5 }))
const named = (...versions: [number, object][]) => ({ schemas: versions.map(([id, avro]) => ({ id, avro: bareSchema(avro) })) })

const reasonOf = (read: () => unknown) => {
  try {
    read()
  } catch (error) {
    if (error instanceof CodecFault) return error.reason
    throw error
  }
  return null
}

test('an event is read in the schema that it was written in: what its writer did not know is absent', () => {
  const reader = new EventReader(new Map())
  reader.learn(named([7, OLD], [8, NEW]), 0)
  expect(reader.decode(old, 5)).toMatchObject({ ...head, people: 3 })
  expect(reader.decode(old, 5)['dust']).toBeUndefined()
  expect(reader.decode(young, 5)).toMatchObject({ sensor: 'a', dust: 0.5 })
  expect(reader.decode(young, 5)['people']).toBeUndefined()
})

test('a schema is known from the offset at which the log named it, and not before', () => {
  const reader = new EventReader(new Map([[8, NEW]]))
  reader.learn(named([7, OLD]), 0)
  expect(reasonOf(() => reader.decode(young, 5))).toBe('unknown_schema')
  reader.learn(named([7, OLD], [8, NEW]), 10)
  expect(reasonOf(() => reader.decode(young, 5))).toBe('unknown_schema')
  expect(reasonOf(() => reader.decode(young, 11))).toBeNull()
  expect(reader.since).toEqual({ 7: 0, 8: 10 })
})

test('what was read back is known from where it was', () => {
  const reader = new EventReader(new Map())
  reader.load([named([7, OLD]), named([7, OLD], [8, NEW])], { 7: 0, 8: 10 })
  expect(reasonOf(() => reader.decode(young, 9))).toBe('unknown_schema')
  expect(reasonOf(() => reader.decode(young, 10))).toBeNull()
  expect(reader.since).toEqual({ 7: 0, 8: 10 })
})

test('documents that name no schema leave it to the contract', () => {
  const reader = new EventReader(new Map([[7, OLD]]))
  expect(reasonOf(() => reader.decode(old, 5))).toBe('unknown_schema')
  reader.learn({}, 0)
  expect(reader.decode(old, 5)).toMatchObject({ people: 3 })
})

test('what is no value of its schema is corrupt', () => {
  const reader = new EventReader(new Map())
  reader.learn(named([7, OLD], [8, NEW]), 0)
  const infinite = Buffer.from(young)
  infinite.writeDoubleLE(Number.POSITIVE_INFINITY, infinite.length - 8)
  for (const bytes of [old.subarray(0, old.length - 1), Buffer.concat([old, Buffer.from([0])]), infinite, Buffer.from([1, 2])])
    expect(reasonOf(() => reader.decode(bytes, 5))).toBe('corrupt')
})

test('a bare schema has what decoding needs, and nothing else', () => {
  expect(JSON.stringify(bareSchema(OLD))).not.toMatch(/doc|unit|logicalType/)
})
