import type { Bench } from '../bench.ts'
import { benchBridge } from '../bridge.ts'
import { profileLines } from '../profile.ts'

const MESSAGES = 500_000
const RUNS = 2
/** 60,000 messages per CPU-second. */
const MOST_PER_MILLION = 1e6 / 60_000

/** The bridge at full speed: QoS 1 messages from many connections, decoded, typed and acknowledged by a real Kafka. */
export async function runBridge(bench: Bench): Promise<void> {
  const messages = bench.scaled(MESSAGES)
  bench.say(`${RUNS} runs of ${messages.toLocaleString('en')} messages over 50 connections, after a warm-up`)
  const profile = bench.options.profile ? bench.folder('profile-bridge') : null
  const runs = await benchBridge({ messages, runs: RUNS, node: profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`] })
  runs.forEach((run, i) =>
    bench.add(
      `bridge, run ${i + 1}: ${run.connections} connections, QoS 1`,
      { perSecond: run.messagesPerSecond, cpuPerMillion: run.cpuSecondsPerMillion, peakMb: run.peakMemoryMb },
      { figure: 'cpuPerMillion', most: MOST_PER_MILLION, kind: 'gate' },
    ),
  )
  if (profile !== null) for (const line of profileLines(profile)) bench.say(line)
}
