import { reasonOf } from '@commonstream/runtime/errors.ts'
import { LOOPBACK } from '@commonstream/runtime/defaults.ts'
import type { ServiceName, StackConfig } from '../config.ts'
import { Stack } from './stack.ts'

/** What runs beside the stack once it is ready, until it ends by itself or the signal comes. */
export type Beside = (env: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<void>

/**
 * Runs the stack in the foreground until SIGTERM or SIGINT, which stop it in order; a second signal ends it at once.
 * Ends the process: 0 when it was asked to, 1 when something did not start.
 */
export async function runStack(config: StackConfig, say: (line: string) => void, beside?: Beside): Promise<void> {
  const ending = new AbortController()
  let stack: Stack | undefined
  const end = async (code: number) => {
    if (ending.signal.aborted) {
      stack?.kill()
      process.exit(1)
    }
    ending.abort()
    if (code === 0) say('stopping')
    await stack?.stop()
    say('stopped')
    process.exit(code)
  }
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => void end(0))
  try {
    stack = new Stack(config, say)
    const env = await stack.start()
    for (const line of addressesOf(config)) say(line)
    say('ready')
    await beside?.(env, ending.signal)
  } catch (error) {
    // What was being started when it was told to stop has nothing to complain of.
    if (ending.signal.aborted) return
    say(reasonOf(error))
    await end(1)
  }
}

/** Where everything is, a line each. */
function addressesOf(c: StackConfig): string[] {
  const has = (name: ServiceName) => c.services.includes(name)
  return [
    ...(has('query') ? [`page        http://${LOOPBACK}:${c.ports.query}/`] : []),
    ...(has('bridge')
      ? [`MQTT        mqtt://${LOOPBACK}:${c.ports.mqtt}`, `POST        http://${LOOPBACK}:${c.ports.push}/v1/streams/{stream}/readings`]
      : []),
    `Kafka       ${c.kafka}`,
    `ClickHouse  ${c.clickhouse.url}`,
    `state       ${c.dir}`,
  ]
}
