import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REASONS } from '../derive/reasons.ts'
import type { Report } from './faults.ts'
import { readSource } from './source-file.ts'
import type { Stream } from './stream.ts'

/** Endings of payloads that are no JSON: CSV rows, frames. */
const TEXT = /\.(csv|txt)$/

/** The example payloads of a stream's folder, by file name: what the JSON says, or the text as it is. */
export function readExamples(dir: string, name: string, report: Report): Stream['examples'] {
  if (!existsSync(dir)) {
    report({ file: name, line: null, message: 'the folder is missing; add at least one payload as the sensors send it' })
    return []
  }
  const files = readdirSync(dir)
    .filter((f) => f.endsWith('.json') || TEXT.test(f))
    .sort()
  if (files.length === 0) report({ file: name, line: null, message: 'no examples; add at least one payload as the sensors send it' })
  return files.flatMap((file) => {
    const reason = refusedFor(file)
    if (reason !== null && !(REASONS as readonly string[]).includes(reason)) {
      report({ file: `${name}/${file}`, line: null, message: `"${reason}" is no reason of refusal (${REASONS.join(', ')})` })
    }
    if (TEXT.test(file)) return [{ file, payload: readFileSync(join(dir, file), 'utf8') }]
    const source = readSource(join(dir, file), `${name}/${file}`, report)
    return source === null ? [] : [{ file, payload: source.value }]
  })
}

/** `refused.<reason>[.<words>].<ending>` is an example of what is refused, and why; every other one must decode. */
export function refusedFor(file: string): string | null {
  return /^refused\.([a-z_]+)\./.exec(file)?.[1] ?? null
}
