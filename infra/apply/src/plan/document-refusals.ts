import { type AlertRule, type FoldDocument, type Stream, foldDocumentOf } from '@commonstream/schemas'
import { isDeepStrictEqual } from 'node:util'

/** What a contract may not change between two fold documents of one stream, because rows of before would read wrongly. */
export function documentRefusals(stream: Stream, last: FoldDocument): string[] {
  const wanted = foldDocumentOf(stream, null)
  const refusals: string[] = []
  if (!isDeepStrictEqual(last.properties, wanted.properties)) {
    refusals.push(
      `${stream.name}: its properties were ${written(last)} and would be ${written(wanted)}. ` +
        'A log is folded with one set of properties; put new or changed ones into a stream of their own, or rebuild.',
    )
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

function written({ properties }: FoldDocument): string {
  return properties
    .map((p) => `${p.name} (${[p.kind, `in ${p.resolution}`, ...(p.nullable ? ['or null'] : []), ...p.aggregates].join(', ')})`)
    .join(', ')
}
