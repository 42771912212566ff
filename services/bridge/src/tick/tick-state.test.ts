import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asOf, beginTicks, observe, type TickState } from './tick-state.ts'

const STALL = 30
const CATCH_UP = 200
/** The city's clock in this world: another origin, the same speed. */
const CITY = 1_000_000

interface World {
  readonly steps: number
  readonly firstEver: boolean
  /** Spans in which sensors cannot reach the bridge, and in which Kafka acknowledges nothing: [begin, end). */
  readonly deaf: readonly (readonly [number, number])[]
  readonly away: readonly (readonly [number, number])[]
  readonly arrivals: readonly number[]
}

const span = fc
  .tuple(fc.integer({ min: 0, max: 1_500 }), fc.integer({ min: 1, max: 200 }))
  .map(([begin, length]) => [begin, begin + length] as const)
const world: fc.Arbitrary<World> = fc.record({
  steps: fc.constant(2_000),
  firstEver: fc.boolean(),
  deaf: fc.array(span, { maxLength: 3 }),
  away: fc.array(span, { maxLength: 3 }),
  arrivals: fc.array(fc.integer({ min: 0, max: 1_999 }), { maxLength: 60 }),
})

const within = (spans: World['deaf'], t: number) => spans.some(([begin, end]) => begin <= t && t < end)

/** Messages with the step at which Kafka acknowledges them: the next at which it is there. */
function messagesOf(w: World): { arrived: number; acknowledged: number }[] {
  return w.arrivals
    .filter((t) => !within(w.deaf, t))
    .map((arrived) => {
      let acknowledged = arrived + 1
      while (within(w.away, acknowledged)) acknowledged++
      return { arrived, acknowledged }
    })
}

/** What a bridge may say at each step, by definition: from the whole history, nothing remembered. */
function modelOf(w: World): (number | null)[] {
  const messages = messagesOf(w)
  const deafFor = (t: number) => {
    let begun = within(w.deaf, t) ? t : t - 1
    while (begun >= 0 && within(w.deaf, begun)) begun--
    // A bridge that comes back was away before, too.
    if (begun < 0 && !w.firstEver) return Number.POSITIVE_INFINITY
    return t - begun - 1
  }
  const interruptedAt = (t: number) =>
    deafFor(t) > STALL || messages.some((m) => m.arrived <= t && t <= m.acknowledged && t - m.arrived > STALL)
  const said: (number | null)[] = []
  let last = w.firstEver ? Number.NEGATIVE_INFINITY : 0
  for (let t = 0; t < w.steps; t++) {
    if (interruptedAt(t)) last = t
    const until = last + CATCH_UP
    const open = messages.filter((m) => m.arrived <= t && m.acknowledged > t)
    const allowed = !within(w.deaf, t) && t >= until && open.every((m) => m.arrived > until)
    let x = t
    while (open.some((m) => m.arrived <= x)) x--
    said.push(allowed ? CITY + x : null)
  }
  return said
}

function run(w: World): (number | null)[] {
  const messages = messagesOf(w)
  const moment = (t: number) => ({ city: CITY + t, steady: t })
  let state: TickState = beginTicks(moment(0), w.firstEver)
  return Array.from({ length: w.steps }, (_, t) => {
    const open = messages.filter((m) => m.arrived <= t && m.acknowledged > t).map((m) => m.arrived)
    const waits = messages.filter((m) => m.acknowledged === t).map((m) => t - m.arrived)
    const view = {
      now: moment(t),
      listening: !within(w.deaf, t),
      oldest: open.length === 0 ? null : moment(Math.min(...open)),
      longestWait: Math.max(0, ...waits),
    }
    state = observe(state, view, STALL)
    return asOf(state, view, CATCH_UP)
  })
}

test('ticks say what the definition says, at every step of every world', () => {
  fc.assert(
    fc.property(world, (w) => {
      expect(run(w)).toEqual(modelOf(w))
    }),
    { numRuns: 60 },
  )
})

test('a tick never covers what is not acknowledged, and never says less than one before it', () => {
  fc.assert(
    fc.property(world, (w) => {
      const messages = messagesOf(w)
      let before = Number.NEGATIVE_INFINITY
      for (const [t, said] of run(w).entries()) {
        if (said === null) continue
        expect(messages.every((m) => m.arrived > t || CITY + m.arrived > said || m.acknowledged <= t)).toBe(true)
        expect(said).toBeGreaterThanOrEqual(before)
        before = said
      }
    }),
    { numRuns: 60 },
  )
})

test('the first start ever ticks at once; any other one after catchUp', () => {
  const quiet = { steps: 400, deaf: [], away: [], arrivals: [] }
  expect(run({ ...quiet, firstEver: true })[0]).toBe(CITY)
  const again = run({ ...quiet, firstEver: false })
  expect(again.findIndex((x) => x !== null)).toBe(CATCH_UP)
})

test('a Kafka outage of more than a stall is an interruption, a shorter one is not', () => {
  const w = { steps: 600, firstEver: true, deaf: [], arrivals: [100] }
  expect(run({ ...w, away: [[100, 100 + STALL]] }).every((x) => x !== null)).toBe(true)
  const long = run({ ...w, away: [[100, 180]] })
  expect(long.findIndex((x, t) => t > 180 && x !== null)).toBe(180 + CATCH_UP)
})

test('a process that stood still for longer than a stall was interrupted, however well it looks', () => {
  const view = (t: number) => ({ now: { city: CITY + t, steady: t }, listening: true, oldest: null, longestWait: 0 })
  let state = observe(beginTicks(view(0).now, true), view(10), STALL)
  expect(asOf(state, view(10), CATCH_UP)).toBe(CITY + 10)
  state = observe(state, view(10 + STALL + 1), STALL)
  expect(asOf(state, view(10 + STALL + 1), CATCH_UP)).toBeNull()
  expect(asOf(state, view(10 + STALL + CATCH_UP), CATCH_UP)).toBeNull()
  expect(asOf(state, view(11 + STALL + CATCH_UP), CATCH_UP)).toBe(CITY + 11 + STALL + CATCH_UP)
})
