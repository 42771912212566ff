import { type AlertRule, type FoldDocument, type Stream, bareSchema, foldDocumentOf, incompatible } from '@commonstream/schemas'
import { isDeepStrictEqual } from 'node:util'

/**
 * What a contract may not change between two fold documents of one stream, because rows of before would read wrongly.
 * @param documents every one that was put into the stream's log, oldest first
 */
export function documentRefusals(stream: Stream, documents: readonly FoldDocument[]): string[] {
  const wanted = foldDocumentOf(stream, null)
  const last = documents.at(-1) as FoldDocument
  const refusals = [...propertyRefusals(stream, documents), ...schemaRefusals(stream, documents)]
  if ((last.disclosure === null) !== (wanted.disclosure === null)) {
    const [was, is] = last.disclosure === null ? ['unprotected', 'protected'] : ['protected', 'unprotected']
    refusals.push(
      `${stream.name} was ${was} and would become ${is}. What is stored was kept and published under the other promise; make a new stream.`,
    )
  } else if (last.disclosure?.policy === wanted.disclosure?.policy && !isDeepStrictEqual(last.disclosure, wanted.disclosure)) {
    refusals.push(
      `${stream.name}: the disclosure policy ${wanted.disclosure?.policy} changed under its number. Two values of one atom with one noise would reveal their difference; give the changed policy a new number.`,
    )
  }
  for (const rule of wanted.alerts) {
    const before = last.alerts.find((r) => r.rule === rule.rule && r.version === rule.version)
    const means = (r: AlertRule) => [r.on, r.when, r.clear, r.forMs]
    if (before !== undefined && !isDeepStrictEqual(means(before), means(rule))) {
      refusals.push(
        `${stream.name}: the alert rule ${rule.rule} changed under its version ${rule.version}. Alerts of both would have one identity; raise "version".`,
      )
    }
  }
  if (wanted.algorithm < last.algorithm)
    refusals.push(`${stream.name} is folded by algorithm ${last.algorithm}, this version knows ${wanted.algorithm}. Take a newer version.`)
  return refusals
}

/** Properties come and go; one that was there before means the same again, because its columns hold both. */
function propertyRefusals({ name, properties }: Stream, documents: readonly FoldDocument[]): string[] {
  return properties.flatMap((property) => {
    const before = documents.flatMap((d) => d.properties.filter((p) => p.name === property.name))
    const was = before.find((p) => p.kind !== property.kind || p.resolution !== property.resolution)
    if (was === undefined) return []
    return [
      `${name}: the property ${property.name} was a ${was.kind} in ${was.resolution} and would be a ${property.kind} in ${property.resolution}. ` +
        'Its columns hold figures of before; give the changed property a new name.',
    ]
  })
}

/** What the log may hold must stay readable: every schema that a document named is kept, unchanged, and read by the current one. */
function schemaRefusals(stream: Stream, documents: readonly FoldDocument[]): string[] {
  const named = new Map(documents.flatMap((d) => d.schemas ?? []).map((s) => [s.id, s.avro]))
  return [...named].flatMap(([id, avro]) => {
    const kept = stream.versions.get(id)
    if (kept === undefined) return [`${stream.name}: events of schema ${id} are in its log; keep that schema as event.${id}.avsc.`]
    if (isDeepStrictEqual(bareSchema(kept), avro)) {
      const faults = id === stream.schemaId ? [] : incompatible(stream.avro, kept)
      return faults.map(({ field, message }) => `${stream.name}: cannot read events of schema ${id}: ${field ?? 'the record'} ${message}.`)
    }
    return [
      `${stream.name}: schema ${id} changed under its id (${differences(avro, bareSchema(kept))}). ` +
        `Keep it as it was in event.${id}.avsc, and give the changed one in event.avsc a "schemaId" of its own.`,
    ]
  })
}

function differences(before: object, now: object): string {
  const [was, is] = [before, now].map((avro) => (avro as { fields: { name: string }[] }).fields) as [{ name: string }[], { name: string }[]]
  const gone = was.filter((f) => !is.some((g) => g.name === f.name)).map((f) => `${f.name} is gone`)
  const other = is.flatMap((f) => {
    const old = was.find((g) => g.name === f.name)
    if (old === undefined) return [`${f.name} is new`]
    return isDeepStrictEqual(old, f) ? [] : [`${f.name} has another type`]
  })
  return [...gone, ...other].join(', ') || 'the order of its fields or its name'
}
