import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from '@commonstream/embedded/child/start-child.ts'
import { freePort } from './ports.ts'

/** A running mosquitto, set as `subscribe` wants a broker: no bound on what waits for a client that is away. */
export interface Broker {
  readonly url: string
  stop(): Promise<void>
  /** Starts it again on the same port, with what it had saved. */
  start(): Promise<void>
}

/** mosquitto from CITY_MOSQUITTO, PATH or where Debian puts servers. */
function mosquitto(): string {
  const given = process.env['CITY_MOSQUITTO']
  const found =
    given ??
    [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
      .map((dir) => path.join(dir, 'mosquitto'))
      .find((file) => existsSync(file))
  if (found === undefined)
    throw new Error('These tests need mosquitto: on Debian as root `make debian`, elsewhere put it on PATH or name it in CITY_MOSQUITTO')
  return found
}

export async function startBroker(dir: string): Promise<Broker> {
  mkdirSync(dir, { recursive: true })
  const port = await freePort()
  const config = path.join(dir, 'mosquitto.conf')
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${dir}/`,
    'max_inflight_messages 0',
    'max_queued_messages 0',
    // Started by root it would become another user, who may not write here.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ]
  writeFileSync(config, `${lines.join('\n')}\n`)
  let child: Child | null = null
  const broker: Broker = {
    url: `mqtt://127.0.0.1:${port}`,
    async start() {
      child = startChild({
        name: 'mosquitto',
        command: mosquitto(),
        args: ['-c', config],
        env: { PATH: process.env['PATH'] },
        log: path.join(dir, 'mosquitto.log'),
      })
      for (let tries = 0; !(await answers(port)); tries++) {
        if (tries === 200 || child.exit !== null) throw new Error(`mosquitto does not listen, see ${child.log}`)
        await sleep(50)
      }
    },
    async stop() {
      await child?.stop()
      child = null
    },
  }
  await broker.start()
  return broker
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
