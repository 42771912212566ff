import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** How a name of the fixtures relates to a field of ours: see `decoders/expected-names.yaml`. */
export type Rule =
  | string
  | {
      readonly field?: string
      readonly values?: Readonly<Record<string, unknown>>
      readonly factor?: number
      readonly lower?: boolean
      readonly anyOrder?: boolean
      readonly items?: Readonly<Record<string, Rule>>
      readonly fields?: Readonly<Record<string, Rule>>
    }

export interface ExpectedDevice {
  readonly decoder: string
  readonly names: Readonly<Record<string, Rule>>
  readonly timeWithinMs?: number
  readonly errata?: readonly { readonly name: string; readonly given: unknown; readonly meant: unknown; readonly why: string }[]
}

export interface ExpectedNames {
  readonly names: Readonly<Record<string, Rule>>
  readonly dropped: readonly { readonly why: string; readonly names: readonly string[] }[]
  readonly devices: Readonly<Record<string, ExpectedDevice>>
}

/** The table of the fixtures' names. */
export function readExpectedNames(): ExpectedNames {
  const file = join(import.meta.dirname, '..', '..', 'decoders', 'expected-names.yaml')
  return parse(readFileSync(file, 'utf8'), { merge: true }) as ExpectedNames
}

/** Gives our value of a field; undefined where there is none. */
export type FieldOf = (field: string) => unknown

/** What a comparison came to: its differences in words, and how many values it compared. */
export interface Comparison {
  readonly differences: string[]
  readonly usedErrata: Set<string>
  compared: number
}

/** Compares what a fixture expects, name by name, with our fields. A name that the table does not have is a difference. */
export function compareNames(
  expected: Readonly<Record<string, unknown>>,
  table: ExpectedNames,
  device: ExpectedDevice,
  fieldOf: FieldOf,
  into: Comparison,
): void {
  const dropped = new Set(table.dropped.flatMap((group) => group.names))
  for (const [name, given] of Object.entries(expected)) {
    const rule = device.names[name] ?? table.names[name]
    if (rule === undefined && dropped.has(name)) continue
    if (rule === undefined) {
      into.differences.push(`${name} does not stand in the table`)
      continue
    }
    const erratum = device.errata?.find((e) => e.name === name && e.given === given)
    if (erratum !== undefined) into.usedErrata.add(`${device.decoder} ${name}`)
    into.compared++
    const difference = differ(erratum === undefined ? given : erratum.meant, rule, fieldOf, dropped)
    if (difference !== null) into.differences.push(`${name}: ${difference}`)
  }
}

/** How a value differs from ours by its rule; null where it does not. */
function differ(given: unknown, rule: Rule, fieldOf: FieldOf, dropped: ReadonlySet<string>): string | null {
  if (typeof rule === 'string') return unlike(given, fieldOf(rule))
  const { field = '', fields, items, anyOrder = false } = rule
  if (fields !== undefined)
    return first(Object.entries(given as object), ([name, value]) => differ(value, fields[name] ?? name, fieldOf, dropped))
  const ours = fieldOf(field)
  if (items !== undefined) return differItems(given, items, ours, dropped)
  if (!Array.isArray(given)) return unlike(translated(given, rule), ours)
  const sorted = (list: unknown[]) => (anyOrder ? list.map(String).toSorted((a, b) => a.localeCompare(b)) : list)
  return unlike(sorted(given.map((value) => translated(value, rule))), Array.isArray(ours) ? sorted(ours) : ours)
}

/** A value of theirs in our words. */
function translated(value: unknown, { values = {}, factor, lower = false }: Exclude<Rule, string>): unknown {
  if (Object.hasOwn(values, String(value))) return values[String(value)]
  if (lower) return String(value).toLowerCase()
  return factor === undefined ? value : (value as number) * factor
}

function differItems(given: unknown, items: Readonly<Record<string, Rule>>, ours: unknown, dropped: ReadonlySet<string>): string | null {
  const [theirs, own] = [given, ours] as Record<string, unknown>[][]
  if (theirs === undefined || own === undefined || theirs.length !== own.length) return unlike(given, ours)
  return first([...theirs.entries()], ([i, item]) =>
    first(Object.entries(item), ([name, value]) => {
      const rule = items[name]
      if (rule !== undefined) return differ(value, rule, (field) => own[i]?.[field], dropped)
      return dropped.has(name) ? null : `${name} does not stand in the table`
    }),
  )
}

function first<T>(list: readonly T[], of: (item: T) => string | null): string | null {
  for (const item of list) {
    const found = of(item)
    if (found !== null) return found
  }
  return null
}

/** Equal, but for what the last bits of a double may lose in somebody else's arithmetic. */
function unlike(wanted: unknown, ours: unknown): string | null {
  if (typeof wanted === 'number' && typeof ours === 'number' && Math.abs(wanted - ours) <= 1e-12 * Math.max(1, Math.abs(wanted)))
    return null
  const [theirs, own] = [JSON.stringify(wanted), JSON.stringify(ours)]
  return theirs === own ? null : `${theirs} is wanted, ${own} is there`
}
