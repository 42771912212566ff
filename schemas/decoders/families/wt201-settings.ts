import type { ReadChannel } from './milesight.ts'

/** Modes of a thermostat, by code. */
export const MODES = ['heat', 'em heat', 'cool', 'auto'] as const

const PLANS = ['wake', 'away', 'home', 'sleep']
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const HEAT = ['stage-1 heat', 'stage-2 heat', 'stage-3 heat', 'stage-4 heat', 'aux heat']
const COOL = ['stage-1 cool', 'stage-2 cool']

/** The labels whose bits are set, from the lowest. */
function named(bits: number, labels: readonly string[]): string[] {
  return labels.filter((_, bit) => ((bits >> bit) & 1) === 1)
}

/** A setting of `length` bytes: `read` puts what it says into the gathered values. */
function setting(length: number, read: (bytes: readonly number[], values: Record<string, unknown>) => void): ReadChannel {
  return (view, at, { values }) => {
    if (at + length > view.byteLength) return -1
    read(
      Array.from({ length }, (_, i) => view.getUint8(at + i)),
      values,
    )
    return length
  }
}

function push(values: Record<string, unknown>, name: string, item: object): void {
  values[name] = [...((values[name] as object[] | undefined) ?? []), item]
}

/** When which plan begins: minutes after midnight, on days of the week. */
export const plan = setting(6, ([type = 0, index = 0, enabled = 0, days = 0, low = 0, high = 0], values) => {
  const minutes = low + high * 256
  push(values, 'plans', {
    type: PLANS[type] ?? null,
    index: index + 1,
    enabled: enabled === 1,
    days: named(days >> 1, DAYS),
    time: `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`,
  })
})

/** What a plan wants. Bit 7 of the target says its unit. */
export const planSettings = setting(5, ([type = 0, mode = 0, fan = 0, target = 0, tolerance = 0], values) => {
  push(values, 'plan_settings', {
    type: PLANS[type] ?? null,
    control_mode: MODES[mode] ?? null,
    fan_mode: ['auto', 'on', 'circulate'][fan] ?? null,
    target_temperature: target & 0x7f,
    unit: target >> 7 === 0 ? 'Cel' : '[degF]',
    tolerance: tolerance / 10,
  })
})

/** Which wires are connected, two bits each. */
export const wires = setting(3, ([first = 0, second = 0, third = 0], values) => {
  const connected: [number, string][] = [
    [first & 3, 'y1'],
    [(first >> 2) & 3, 'gh'],
    [(first >> 4) & 3, 'ob'],
    [(first >> 6) & 3, 'w1'],
    [second & 3, 'e'],
    [(second >> 2) & 3, 'di'],
    [(second >> 4) & 3, 'pek'],
    [second >> 6, second >> 6 === 1 ? 'w2' : 'aux'],
    [third & 3, (third & 3) === 1 ? 'y2' : 'gl'],
  ]
  values.wires = connected.filter(([set]) => set !== 0).map(([, wire]) => wire)
  values.ob_mode = ((third >> 2) & 3) === 1 ? 'heat' : 'cool'
})

/** Which modes and stages the installation has. */
export const supported = setting(3, ([modes = 0, heat = 0, cool = 0], values) => {
  values.supported_modes = named(modes, MODES)
  values.supported_stages = [...named(heat, HEAT), ...named(cool, COOL)]
})
