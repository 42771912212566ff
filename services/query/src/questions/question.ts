/**
 * A question to the store: SQL with named parameters (`{name:Type}`), and how one row of the answer is read. Names of
 * tables and columns come from contracts only, values from requests travel as parameters only.
 */
export interface Question<Row> {
  /** For metrics and logs. */
  readonly name: string
  readonly sql: string
  readonly params: Readonly<Record<string, unknown>>
  /** Reads a row as JSONCompactEachRow has it: values in the order of the SELECT. */
  readonly read: (row: readonly unknown[]) => Row
}

/** Total length up to which ids are sent as a parameter; parameters travel in the address, which servers limit. */
const MAX_LISTED_CHARACTERS = 4_000

/**
 * A condition that keeps the sensors of a list, if it is short enough to be sent; else every row is read and the
 * reader drops the others.
 */
export function sensorCondition(
  sensors: readonly { readonly id: string }[],
  all: boolean,
): { sql: string; params: Record<string, unknown> } {
  const ids = sensors.map((sensor) => sensor.id)
  if (all || ids.reduce((length, id) => length + id.length + 3, 0) > MAX_LISTED_CHARACTERS) return { sql: '', params: {} }
  return ids.length === 1
    ? { sql: ' AND sensor = {sensor:String}', params: { sensor: ids[0] } }
    : { sql: ' AND sensor IN {sensors:Array(String)}', params: { sensors: ids } }
}

/** Epoch ms as the seconds that a DateTime parameter takes. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1_000)
}
