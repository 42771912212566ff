import { type EventRecord, foldDocumentOf } from '@commonstream/schemas'
import { foldInto, MemoryStore, plain, resumeBehind } from '@commonstream/worker/fold/testing/memory-run.ts'
import { ReleasedMap } from '@commonstream/worker/resume/released-map.ts'
import { expect, test } from 'vitest'
import { Random } from './random.ts'
import { newerSchema, randomLog } from './random-log.ts'
import { simCities } from './sim-city.ts'

// A worker that is killed at any offset goes on behind the last whole chunk before it. Behind every one of them, across a
// change of properties too, the results are those of a fold that never stopped.

const START = Date.UTC(2026, 10, 25, 12)
const KEY = Buffer.alloc(32, 7)
const cities = await simCities()

test.each([false, true])('resumed behind any chunk, a fold ends where one does that never stopped (protected: %s)', (isProtected) => {
  const context = cities(isProtected, 1).contexts[0]!
  let changed = 0
  for (let seed = 0; seed < (isProtected ? 12 : 25); seed++) {
    const records = randomLog(context, new Random(seed), START)
    const sensors = context.stream.sensors.map((s) => s.id)
    const options = () => ({
      ...{ scale: context.scale, sensors, dayKey: () => KEY, released: new ReleasedMap(), documentRefused: () => undefined },
    })
    const whole = new MemoryStore()
    const { fold, flush } = foldInto(whole, context.stream, options())
    for (const record of records) fold.step(record)
    flush()
    changed += Number(new Set(fold.documents.list.map((d) => JSON.stringify(d.properties))).size > 1)
    for (const chunk of whole.ledger.keys()) {
      const { store } = resumeBehind(chunk, { store: whole, records }, context.stream, options())
      expect(figuresOf(store), `seed ${seed}, chunk ${chunk}`).toEqual(figuresOf(whole))
      for (const [key, w] of store.windows) expect(whole.windows.get(key), `seed ${seed}, chunk ${chunk}, ${key}`).toEqual(w)
      for (const [id, t] of store.transitions) expect(whole.transitions.get(id)).toEqual(t)
    }
  }
  expect(changed).toBeGreaterThan(2) // logs of whose properties one came, went or was folded otherwise
})

test('an event that came before its schema was named is refused for ever; sent again behind it, it is taken, resumed or not', () => {
  const context = cities(false, 1).contexts[0]!
  const { codec, schemas } = newerSchema(context)
  const first = foldDocumentOf(context.stream, null)
  const later = { ...first, from: START + 20_000, schemas }
  const event = {
    event_id: Buffer.alloc(16, 9),
    sensor: 'a',
    at: START,
    clamped: false,
    level: 4,
    serial: 1,
    extra: 2,
  } as unknown as EventRecord
  const tick = (n: number) => ({ value: null, headers: { kind: 'tick', bridge: 'a', asOf: String(START + n) } })
  const fold = (document: object) => ({ value: Buffer.from(JSON.stringify(document)), headers: { kind: 'fold' } })
  const early = { value: Buffer.from(codec.encode(event)), headers: {} }
  const said = [fold(first), early, fold(later), ...Array.from({ length: 20 }, (_, n) => tick(n)), early, tick(21)]
  const records = said.map((record, offset) => ({ ...record, offset, appended: START + offset }))
  const options = { scale: context.scale }
  const whole = new MemoryStore()
  const run = foldInto(whole, context.stream, options)
  for (const record of records) run.fold.step(record)
  run.flush()
  expect([run.fold.rejected, whole.readings]).toEqual([1, 1])
  expect(whole.ledger.size).toBe(2) // one behind the marker, whose resume warms the refused record
  for (const chunk of whole.ledger.keys())
    expect(figuresOf(resumeBehind(chunk, { store: whole, records }, context.stream, options).store)).toEqual(figuresOf(whole))
})

const figuresOf = (store: MemoryStore) => new Map([...store.merged()].map(([key, figures]) => [key, plain(figures)]))
