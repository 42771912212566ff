import { type City, type TableSpec, tablesOf } from '@commonstream/schemas'
import type { Target } from '@commonstream/worker/flush/tables.ts'
import type { Random } from './random.ts'
import { type Row, rowReader } from './row-binary.ts'
import type { Scheduler } from './scheduler.ts'

/** The rows of one table that FINAL shows: of each key the greatest version, of equal ones the one inserted last. */
class SimTable {
  readonly rows = new Map<string, Row>()
  readonly #key: readonly string[]
  readonly #version: string | null

  constructor(spec: TableSpec) {
    this.#key = spec.orderBy
    this.#version = /ReplacingMergeTree\(`(\w+)`\)/.exec(spec.ddl)?.[1] ?? null
  }

  add(row: Row): void {
    let key = ''
    for (const name of this.#key) key += `${row[name]}|`
    const held = this.rows.get(key)
    if (held === undefined || this.#version === null || Number(held[this.#version]) <= Number(row[this.#version])) this.rows.set(key, row)
  }
}

/** Told of every insert that took place. */
export type Watch = (table: string, rows: readonly Row[]) => void

/** Row readers by table and columns: made once for all simulations of a process. */
const readers = new Map<string, (bytes: Buffer) => Row[]>()

const MOST_LAG_MS = 6_000

/** ClickHouse as its clients see it: replacing tables, of which a replica shows what it has copied so far. */
export class SimStore {
  readonly #specs: ReadonlyMap<string, TableSpec>
  readonly #primary: Map<string, SimTable>
  readonly #replica: Map<string, SimTable>
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #caughtUp = new Map<string, number>()
  watch: Watch = () => {}
  /** Share of the questions that a lagging replica answers. */
  lagging = 0
  /** Told of each such question. */
  onLag: () => void = () => {}

  constructor(city: Pick<City, 'streams'>, scheduler: Scheduler, random: Random) {
    this.#specs = specsOf(city)
    const empty = () => new Map([...this.#specs].map(([name, spec]) => [name, new SimTable(spec)]))
    this.#primary = empty()
    this.#replica = empty()
    this.#scheduler = scheduler
    this.#random = random
  }

  /** Whether a question would go to a lagging replica now. */
  lagsNow(): boolean {
    const lags = this.#random.chance(this.lagging)
    if (lags) this.onLag()
    return lags
  }

  /** The rows that FINAL shows. */
  rows(table: string): Row[] {
    return [...this.#table(this.#primary, table).rows.values()]
  }

  /** The same, or what a replica has of them. */
  read(table: string): Row[] {
    return this.lagsNow() ? [...this.#table(this.#replica, table).rows.values()] : this.rows(table)
  }

  /** @param partial only some of the rows arrive */
  insert(target: Target, bytes: Buffer, partial: boolean): void {
    const id = `${target.table}(${target.columns.join()})`
    let read = readers.get(id)
    if (read === undefined) readers.set(id, (read = rowReader(this.#spec(target.table).columns, target.columns)))
    const rows = read(bytes).filter(() => !partial || this.#random.chance(0.5))
    for (const row of rows) this.#table(this.#primary, target.table).add(row)
    this.#copyLater(target.table, rows)
    this.watch(target.table, rows)
  }

  /** Everything in these tables is gone (all without). */
  empty(tables: readonly string[] = [...this.#specs.keys()]): void {
    for (const sides of [this.#primary, this.#replica]) for (const table of tables) this.#table(sides, table).rows.clear()
  }

  /** A part is lost: each row with some chance. Returns how many. */
  loseSome(table: string, share: number): number {
    let lost = 0
    for (const key of this.#table(this.#primary, table).rows.keys()) {
      if (!this.#random.chance(share)) continue
      for (const sides of [this.#primary, this.#replica]) this.#table(sides, table).rows.delete(key)
      lost++
    }
    return lost
  }

  /** Parts arrive at the replica in their order, some time later. */
  #copyLater(table: string, rows: readonly Row[]): void {
    if (this.lagging === 0) return
    const at = Math.max(this.#caughtUp.get(table) ?? 0, this.#scheduler.now + this.#random.int(0, MOST_LAG_MS))
    this.#caughtUp.set(table, at)
    this.#scheduler.after(at - this.#scheduler.now, () => rows.forEach((row) => this.#table(this.#replica, table).add(row)), true)
  }

  #spec(table: string): TableSpec {
    const spec = this.#specs.get(table)
    if (spec === undefined) throw new Error(`there is no table ${table}`)
    return spec
  }

  #table(side: Map<string, SimTable>, table: string): SimTable {
    this.#spec(table)
    return side.get(table) as SimTable
  }
}

const known = new WeakMap<object, ReadonlyMap<string, TableSpec>>()

function specsOf(city: Pick<City, 'streams'>): ReadonlyMap<string, TableSpec> {
  let specs = known.get(city)
  if (specs === undefined) known.set(city, (specs = new Map(tablesOf(city, { ttl: false }).map((t) => [t.name, t]))))
  return specs
}
