import type { FoldDocument } from '@commonstream/schemas'

const meaning = ({ kind, resolution, label = false }: FoldDocument['properties'][number]) => `${kind} ${resolution} ${label}`

/**
 * What a later document may not say otherwise than an earlier one, in words; null where it may follow. Properties come,
 * go and gain aggregates; one that is there twice means the same both times, because its columns hold both.
 */
export function refusedChange(document: FoldDocument, earlier: readonly FoldDocument[]): string | null {
  for (const before of earlier) {
    for (const property of document.properties) {
      const was = before.properties.find((p) => p.name === property.name)
      if (was !== undefined && meaning(was) !== meaning(property))
        return `its property ${property.name} has another kind or resolution than before: that needs a rebuild`
    }
    for (const { id, avro } of document.schemas ?? []) {
      const was = before.schemas?.find((s) => s.id === id)
      if (was !== undefined && JSON.stringify(was.avro) !== JSON.stringify(avro)) return `its schema ${id} is another one than before`
    }
  }
  return null
}
