import { createWriteStream } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { frame, frameReader } from './frames.ts'
import type { Request, Said } from './messages.ts'

// The process in which a city's own decoder runs: it reads requests from its input and answers on descriptor 3. It has
// no environment, may read its schemas only, and is ended from outside if it takes too long or too much.

type Decode = (input: unknown, context?: unknown) => unknown

const [file = '', exported = '', most = '0'] = process.argv.slice(2)
const mostBytes = Number(most)
const answers = createWriteStream('', { fd: 3 })

function say(said: Said): void {
  answers.write(frame(said))
}

/** An error by its class alone: its words may quote the payload. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name.replace(/\W/g, '').slice(0, 40) : 'something that is no Error'
}

async function load(): Promise<Decode> {
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  const decode = module[exported]
  if (typeof decode !== 'function') throw new Error(`it does not export the function ${exported}`)
  return decode as Decode
}

function answer(decode: Decode, { id, bytes, fPort, zone }: Request): void {
  const payload = Uint8Array.from(Buffer.from(bytes, 'base64'))
  try {
    const result = exported === 'decodeUplink' ? decode({ bytes: [...payload], fPort }) : decode(payload, { zone })
    const said = frame({ id, result })
    if (said.length <= mostBytes) answers.write(said)
    else say({ id, threw: 'too much' })
  } catch (error) {
    say({ id, threw: nameOf(error) })
  }
}

try {
  const decode = await load()
  const read = frameReader(Number.MAX_SAFE_INTEGER, (request) => answer(decode, request as Request))
  process.stdin.on('data', read)
  process.stdin.on('end', () => process.exit(0))
  say({ ready: true })
} catch (error) {
  say({ failed: error instanceof Error ? error.message : 'it cannot be loaded' })
}
