import avsc from 'avsc'

/** A field of an event schema, as far as versions of it are compared. */
interface VersionField {
  readonly name: string
  readonly type: unknown
  readonly kind?: string
  readonly unit?: string
  readonly resolution?: string | number
}

export interface Incompatibility {
  /** Null where no single field is at fault. */
  readonly field: string | null
  readonly message: string
}

/**
 * Why events of an earlier version cannot be read in a later one (Avro's BACKWARD compatibility), by field; empty where
 * they can. Stricter than Avro in two things, because the figures of both versions stand in the same columns: a property
 * that is new must be able to be absent, and one that stays keeps its kind, unit and resolution.
 * @param reader the later schema, a record; @param writer the earlier one
 */
export function incompatible(reader: object, writer: object): Incompatibility[] {
  const before = new Map(fieldsOf(writer).map((f) => [f.name, f]))
  const faults = fieldsOf(reader).flatMap((field): Incompatibility[] => {
    const was = before.get(field.name)
    const message = was === undefined ? newFault(field) : changeFault(field, was)
    return message === null ? [] : [{ field: field.name, message }]
  })
  if (faults.length > 0) return faults
  const whole = unresolved(reader, writer)
  return whole === null ? [] : [{ field: null, message: whole }]
}

function newFault({ type }: VersionField): string | null {
  return Array.isArray(type) && type[0] === 'null' ? null : 'is new and must be ["null", <type>]: earlier events do not say it'
}

function changeFault(field: VersionField, was: VersionField): string | null {
  for (const what of ['kind', 'unit', 'resolution'] as const) {
    const [before, now] = [was[what], field[what]].map((value) => (value === undefined ? undefined : String(value)))
    // A bare schema, as the log has it, says none of these.
    if (before !== undefined && before !== now) return `had ${what} ${before} and keeps it; give the changed property a new name`
  }
  if (JSON.stringify(field.type) === JSON.stringify(was.type)) return null
  const fault = unresolved(field.type, was.type)
  return fault === null ? null : `was ${JSON.stringify(was.type)} and cannot become ${JSON.stringify(field.type)} (${fault})`
}

function unresolved(reader: unknown, writer: unknown): string | null {
  try {
    const [to, from] = [reader, writer].map((schema) => avsc.Type.forSchema(schema as avsc.Schema)) as [avsc.Type, avsc.Type]
    to.createResolver(from)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

function fieldsOf(record: object): readonly VersionField[] {
  return (record as { fields: readonly VersionField[] }).fields
}
