import { parseArgs } from 'node:util'
import { SchemaFaults } from '../contract/faults.ts'
import { loadCity } from '../contract/load-city.ts'
import { asyncApiOf } from '../derive/asyncapi/async-api-of.ts'
import { schemasFolder } from './config.ts'
import { makeStream } from './make-stream.ts'
import type { NewStreamOptions } from './new-stream.ts'
import { standing } from './standing.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** `make contracts`, `make stream` and `make asyncapi`. Exit code 1 with what is wrong, by file, line and field. */
async function main(): Promise<void> {
  const string = { type: 'string' } as const
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { name: string, kind: string, property: string, unit: string, every: string },
  })
  const dir = schemasFolder()
  switch (positionals[0] ?? '') {
    case 'check':
      return say(standing(await loadCity(dir), Date.now()).join('\n'))
    case 'asyncapi':
      return say(JSON.stringify(asyncApiOf(await loadCity(dir)), null, 2))
    case 'stream':
      return stream(dir, values)
    default:
      throw new RangeError('usage: main.ts check | asyncapi | stream --name NAME [--kind --property --unit --every]')
  }
}

async function stream(dir: string, { name, ...options }: Partial<NewStreamOptions>): Promise<void> {
  if (name === undefined || name === '') throw new RangeError('say which: make stream NAME=sound-levels')
  const { files, city } = await makeStream(dir, { ...options, name }, new Date().toISOString().slice(0, 10))
  for (const file of files) say(`made ${file}`)
  for (const line of standing({ ...city, streams: city.streams.filter((s) => s.name === name) }, Date.now())) say(line)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof SchemaFaults || error instanceof RangeError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
