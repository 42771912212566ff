import { workerData } from 'node:worker_threads'
import { DecoderProcess } from './decoder-process.ts'
import type { KeeperData, Outcome, Request, Said } from './messages.ts'

// The thread that keeps a decoder's process: hands it one request at a time, ends it when it takes too long, and starts
// it anew. The bridge sleeps meanwhile and never talks to the process itself.

const { port, signal, ...data } = workerData as KeeperData
const { limits } = data
const flag = new Int32Array(signal)

let decoder: DecoderProcess | null = null
let isReady = false
/** Whether it was not ready in time: then nobody waits for it any more until it is. */
let isLate = false
let pending: Request | null = null
let timer: NodeJS.Timeout | undefined
/** Why it can never be started; then it is not tried again. */
let broken: string | null = null

function reply(outcome: Outcome): void {
  clearTimeout(timer)
  pending = null
  port.postMessage(outcome)
  wake()
}

function wake(): void {
  Atomics.add(flag, 0, 1)
  Atomics.notify(flag, 0)
}

function start(): void {
  isReady = false
  const own = new DecoderProcess(data, { said: (said) => hear(said), gone })
  decoder = own
  timer = setTimeout(() => {
    isLate = true
    own.end(`it was not ready after ${limits.startMs} ms`)
  }, limits.startMs)
}

function hear(said: Said): void {
  if ('ready' in said) {
    clearTimeout(timer)
    isReady = true
    isLate = false
    if (pending !== null) send(pending)
  } else if ('failed' in said) {
    broken = said.failed
    decoder?.end(said.failed)
  } else if (pending !== null && said.id === pending.id) reply(said)
}

function send(request: Request): void {
  const own = decoder
  timer = setTimeout(() => own?.end(`it took longer than ${limits.timeMs} ms`), limits.timeMs)
  own?.send(request)
}

function gone(why: string, by: NodeJS.Signals | null): void {
  clearTimeout(timer)
  decoder = null
  const wasReady = isReady
  isReady = false
  // Its computing time was used up by all requests together: this one is not to blame.
  if (by === 'SIGXCPU') start()
  else if (pending !== null) reply({ id: pending.id, ended: why })
  // Made ready for the next payload, unless it does not even start.
  if (decoder === null && wasReady) start()
}

port.on('message', (request: Request | null) => {
  if (request === null) {
    pending = null
    isReady = false
    decoder?.end('it is no longer needed')
    port.close()
    return
  }
  if (isLate) {
    // Started again meanwhile, while payloads are refused at once: the bridge sleeps through no second start.
    if (decoder === null) start()
    port.postMessage({ id: request.id, ended: 'it is not ready' } satisfies Outcome)
    return wake()
  }
  pending = request
  if (broken !== null) reply({ id: request.id, ended: broken })
  else if (decoder === null) start()
  else if (isReady) send(request)
})

start()
