import { expect, test } from 'vitest'
import { createAlerts } from './alerts.ts'
import { brief, crowd, documentWith, full, type Input, MINUTE, QUARTER, run, show } from './example.ts'
import { uuid5 } from './uuid5.ts'

const levels = (...pairs: readonly [minute: number, level: number | null][]): Input[] =>
  pairs.map(([minute, level]) => ({ sensor: 'b7', at: minute * MINUTE, level }))

test('a rule fires where `when` holds and resolves where `clear` does; between them it is silent', () => {
  const inputs = levels([1, 5], [2, 8], [3, 9], [4, 5], [5, 8], [6, 3], [7, 2], [8, 5], [9, 1])
  expect(brief(run(documentWith([full]), inputs))).toEqual(['2 b7 firing', '7 b7 resolved'])
})

test('a transition is a record of the alerts topic', () => {
  const [firing, resolved] = run(documentWith([full]), levels([1, 9], [2, 0]))
  const namespace = '7b372ec1-764a-407a-86ca-baf69e92de79'
  const identity = ['things', 'full', 1, 'b7', '0'.repeat(32)]
  expect(firing).toEqual({
    internal: false,
    alertId: uuid5(namespace, JSON.stringify([...identity, 'firing'])),
    incident: uuid5(namespace, JSON.stringify(identity)),
    stream: 'things',
    rule: 'full',
    ruleVersion: 1,
    subject: 'b7',
    transition: 'firing',
    severity: 'warning',
    title: 'Bin full',
    at: MINUTE,
    values: { level: 9 },
    partition: 3,
    offset: 0,
  })
  expect(resolved).toMatchObject({ incident: firing?.incident, transition: 'resolved', at: 2 * MINUTE, values: { level: 0 }, offset: 1 })
  expect(resolved?.alertId).not.toBe(firing?.alertId)
})

test('`for` wants the condition at every judgement until it is over', () => {
  const slow = documentWith([{ ...full, forMs: 10 * MINUTE }])
  expect(brief(run(slow, levels([0, 9], [5, 9], [9, 9], [10, 8], [11, 0])))).toEqual(['10 b7 firing', '11 b7 resolved'])
  expect(brief(run(slow, levels([0, 9], [5, 7], [6, 9], [15, 9], [16, 9])))).toEqual(['16 b7 firing'])
})

test('an incident is opened by what first fulfilled the condition', () => {
  const slow = documentWith([{ ...full, forMs: 10 * MINUTE }])
  const [firing] = run(slow, levels([0, 0], [1, 9], [11, 9]))
  const [other] = run(slow, levels([0, 0], [1, 9], [5, 9], [6, 9], [11, 9]))
  expect(firing?.incident).toBe(other?.incident)
})

test('a reading that is not newer than the last judged one is skipped', () => {
  expect(brief(run(documentWith([full]), levels([10, 5], [9, 9], [10, 9])))).toEqual([])
  expect(brief(run(documentWith([full]), levels([10, 9], [9, 0], [10, 0], [11, 5])))).toEqual(['10 b7 firing'])
})

test('what is null is not judged, and changes nothing', () => {
  expect(brief(run(documentWith([full]), levels([1, null], [2, 9], [3, null], [4, 1])))).toEqual(['2 b7 firing', '4 b7 resolved'])
})

test('subjects and rules are apart from each other', () => {
  const overfull = { ...full, rule: 'overfull', when: 'level >= 9', severity: 'critical' } as const
  const inputs: Input[] = [
    { sensor: 'b7', at: 1, level: 8 },
    { sensor: 'b8', at: 1, level: 9 },
    { sensor: 'b7', at: 2, level: 9 },
  ]
  const transitions = run(documentWith([full, overfull]), inputs)
  expect(transitions.map((t) => `${t.rule} ${t.subject}`)).toEqual(['full b7', 'full b8', 'overfull b8', 'overfull b7'])
  expect(new Set(transitions.map((t) => t.incident)).size).toBe(4)
})

test('a window rule judges at the window’s end', () => {
  const inputs = [250, 320, 250, 300, 199].map((passing, i): Input => ({ sensor: '4', start: i * QUARTER, passing }))
  expect(brief(run(documentWith([crowd]), inputs))).toEqual(['30 4 firing', '75 4 resolved'])
})

test('a window is judged by the document that it lives under, a reading by the newest', () => {
  const alerts = createAlerts(documentWith([full, crowd]), 'things')
  const strict = [
    { ...full, version: 2, when: 'level >= 5' },
    { ...crowd, version: 2, when: 'passing_sum >= 100' },
  ]
  alerts.setDocument(documentWith(strict, 2 * QUARTER))
  const inputs: Input[] = [
    { sensor: 'a', start: 0, passing: 150 },
    { sensor: 'a', start: QUARTER, passing: 150 },
    { sensor: 'a', at: 1, level: 6 },
    { sensor: 'a', start: 2 * QUARTER, passing: 150 },
  ]
  expect(brief(inputs.flatMap((input, i) => show(alerts, input, i)))).toEqual([`${1 / MINUTE} a firing`, '45 a firing'])
})

test('a changed or removed rule ends what it had open, as it was announced', () => {
  const alerts = createAlerts(documentWith([full, { ...full, rule: 'slow', forMs: MINUTE }]), 'things')
  const [firing] = show(alerts, { sensor: 'b7', at: 1, level: 9 }, 0)
  alerts.setDocument(documentWith([{ ...full, version: 2, title: 'Bin quite full' }], QUARTER))
  expect(alerts.wants('reading')).toBe(true)
  const after = show(alerts, { sensor: 'b7', at: 2, level: 9 }, 1)
  expect(after.map((t) => [t.transition, t.ruleVersion, t.title])).toEqual([
    ['resolved', 1, 'Bin full'],
    ['firing', 2, 'Bin quite full'],
  ])
  expect(after[0]?.incident).toBe(firing?.incident)
  alerts.setDocument(documentWith([], 2 * QUARTER))
  expect(alerts.wants('reading')).toBe(true)
  expect(brief(show(alerts, { sensor: 'b7', at: MINUTE, level: 9 }, 2))).toEqual(['1 b7 resolved'])
  expect(alerts.wants('reading')).toBe(false)
})

test('flapping is one notice, over when things have been calm for an hour', () => {
  const swing = Array.from({ length: 30 }, (_, i): [number, number] => [i, i % 2 === 0 ? 9 : 0])
  const transitions = run(documentWith([full]), levels(...swing, [31, 0], [88, 0], [90, 9], [91, 0], [150, 0], [151, 0], [152, 9]))
  expect(transitions.map((t) => `${t.at / MINUTE} ${t.transition} ${t.title}`)).toEqual([
    '0 firing Bin full',
    '1 resolved Bin full',
    '2 firing Bin full',
    '3 resolved Bin full',
    '4 firing Bin full',
    '5 resolved Bin full',
    '6 firing Bin full (flapping)',
    '151 resolved Bin full (flapping)',
    '152 firing Bin full',
  ])
})

test('an alert that stays on for an hour is no longer flapping', () => {
  const swing = Array.from({ length: 8 }, (_, i): [number, number] => [i, i % 2 === 0 ? 9 : 0])
  expect(brief(run(documentWith([full]), levels(...swing, [8, 9], [68, 9], [69, 1])))).toEqual([
    ...['0 b7 firing', '1 b7 resolved', '2 b7 firing', '3 b7 resolved', '4 b7 firing', '5 b7 resolved', '6 b7 firing'],
    '69 b7 resolved',
  ])
})

test('only what is not inactive is remembered, and each subject’s last reading; sorted', () => {
  const alerts = createAlerts(documentWith([full]), 'things')
  for (const [i, sensor] of ['c', 'a', 'b'].entries()) show(alerts, { sensor, at: i, level: i === 1 ? 9 : 1 }, i)
  expect(alerts.states()).toEqual([
    { rule: '', subject: 'a', state: { at: 1 } },
    {
      rule: 'full',
      subject: 'a',
      state: {
        version: 1,
        on: 'reading',
        severity: 'warning',
        title: 'Bin full',
        phase: 'firing',
        since: 1,
        opening: '1'.padStart(32, '0'),
        recent: [1],
        flapping: false,
      },
    },
    { rule: '', subject: 'b', state: { at: 2 } },
    { rule: '', subject: 'c', state: { at: 0 } },
  ])
})

test('the hash tells states apart and survives a store that orders keys its own way', () => {
  const alerts = createAlerts(documentWith([full]), 'things')
  const empty = alerts.hash
  show(alerts, { sensor: 'a', at: 1, level: 9 }, 0)
  expect(alerts.hash).not.toBe(empty)
  const other = createAlerts(documentWith([full]), 'things')
  const shuffled = alerts.states().map((row) => ({ ...row, state: Object.fromEntries(Object.entries(row.state as object).reverse()) }))
  other.load(shuffled.reverse())
  expect(other.hash).toBe(alerts.hash)
})

test('what a reading rule of a protected stream says is internal; its window rules see what is released', () => {
  const disclosure = { policy: 1, from: 0, epsilon: [1, 2], group: 10, beta: [1, 100] } as const
  const inputs: Input[] = [
    { sensor: 'a', at: 1, level: 9 },
    { sensor: 'a', start: 0, passing: 400 },
  ]
  const internal = run({ ...documentWith([full, crowd]), disclosure }, inputs).map((t) => [t.rule, t.internal])
  expect(internal).toEqual([
    ['full', true],
    ['crowd', false],
  ])
})

test('an expression that fails on some values is counted, and the rule not judged', () => {
  const alerts = createAlerts(documentWith([{ ...full, when: '10 / int(level) > 1' }]), 'things')
  expect(show(alerts, { sensor: 'a', at: 1, level: 0 }, 0)).toEqual([])
  expect(brief(show(alerts, { sensor: 'a', at: MINUTE, level: 2 }, 1))).toEqual(['1 a firing'])
  expect(alerts.faults.get('full')).toMatchObject({ count: 1, reason: expect.stringMatching(/zero/) })
})

test('a rule that cannot be compiled is refused with its name', () => {
  expect(() => createAlerts(documentWith([{ ...full, when: 'depth > 1' }]), 'things')).toThrow(
    /Rule full of things.*Unknown variable: depth/,
  )
})
