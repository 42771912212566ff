import { type FoldDocument, type Stream, foldDocumentOf } from '@commonstream/schemas'
import { isDeepStrictEqual } from 'node:util'

/** What a contract may not change between two fold documents of one stream, because rows of before would read wrongly. */
export function documentRefusals(stream: Stream, last: FoldDocument): string[] {
  const wanted = foldDocumentOf(stream, null)
  const refusals: string[] = []
  for (const property of wanted.properties) {
    const before = last.properties.find((p) => p.name === property.name)
    if (before === undefined) continue
    for (const key of ['kind', 'resolution'] as const) {
      if (before[key] !== property[key])
        refusals.push(
          `${stream.name}: ${key} of ${property.name} was ${before[key]} and is now ${property[key]}. Stored figures would read wrongly; give the changed property a new name.`,
        )
    }
  }
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
  if (wanted.algorithm < last.algorithm)
    refusals.push(`${stream.name} is folded by algorithm ${last.algorithm}, this version knows ${wanted.algorithm}. Take a newer version.`)
  return refusals
}
