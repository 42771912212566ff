import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Stream } from '@commonstream/schemas'
import type { TestStack } from '../support/stack.ts'

/** CPU seconds per million records, and records per second. */
export interface ReferenceFigures {
  readonly cpuPerMillion: number
  readonly perSecond: number
}

/** What reading a stream's log costs without anything of ours, in a process of its own: fetching it, and decoding its Avro. */
export async function readReference(stack: TestStack, stream: Stream): Promise<{ consume: ReferenceFigures; decode: ReferenceFigures }> {
  const job = JSON.stringify({ brokers: stack.brokers, schemas: stack.env()['CITY_SCHEMAS'], stream: stream.name })
  const run = async (mode: 'consume' | 'decode') => {
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, 'reference-reader.ts'), mode, job])
    return JSON.parse(stdout.trim().split('\n').at(-1) as string) as ReferenceFigures
  }
  return { consume: await run('consume'), decode: await run('decode') }
}
