import type { SensorNow } from './sensor.ts'

export interface Order {
  readonly by: 'name' | 'figure'
  readonly down: boolean
}

/** The sensors whose name holds `find`, sorted; by figure: shown figures, then held back, then unknown, in both directions. */
export function ordered(sensors: readonly SensorNow[], order: Order, find: string, compare: (a: string, b: string) => number): SensorNow[] {
  const wanted = find.trim().toLocaleLowerCase()
  const sign = order.down ? -1 : 1
  const byName = (a: SensorNow, b: SensorNow) => compare(a.name, b.name)
  const byFigure = (a: SensorNow, b: SensorNow) =>
    GROUPS[a.state] - GROUPS[b.state] || sign * ((a.value ?? 0) - (b.value ?? 0)) || byName(a, b)
  return sensors
    .filter((s) => wanted === '' || s.name.toLocaleLowerCase().includes(wanted))
    .sort(order.by === 'name' ? (a, b) => sign * byName(a, b) : byFigure)
}

const GROUPS = { value: 0, few: 1, unknown: 2 } as const
