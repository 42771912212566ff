import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { CityError, createLog, reasonOf } from '@commonstream/runtime'
import { loadCity, REASONS, SchemaFaults } from '@commonstream/schemas'
import { replayConfig } from './config.ts'
import type { Repair } from './message.ts'
import { replay, type ReplayOutcome } from './replay.ts'
import type { Filter } from './select.ts'

const HELP = `Sends quarantined messages through the bridge again, each once. Without --confirm it shows what it would send.

  --confirm         send
  --stream NAME     only messages of a stream (may be repeated)
  --reason REASON   only messages refused for a reason (may be repeated): ${REASONS.join(', ')}
  --from, --to TIME only messages refused in [from, to) (RFC 3339)
  --repair FILE     a module whose default export mends a payload: ({ stream, sensor, reason, mqttTopic, payload }) => payload, or null to leave it out

Messages of protected and personal streams were not kept and cannot be sent again. CITY_MQTT_USER and CITY_MQTT_PASSWORD are a gateway's.`

const { values } = parseArgs({
  options: {
    confirm: { type: 'boolean', default: false },
    stream: { type: 'string', multiple: true, default: [] },
    reason: { type: 'string', multiple: true, default: [] },
    from: { type: 'string' },
    to: { type: 'string' },
    repair: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const say = (line: string) => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  if (values.help) return say(HELP)
  const config = replayConfig()
  const city = await loadCity(config.schemas)
  const filter: Filter = {
    streams: values.stream,
    reasons: values.reason,
    from: instant(values.from, Number.NEGATIVE_INFINITY),
    to: instant(values.to, Number.POSITIVE_INFINITY),
  }
  const repair = values.repair === undefined ? null : await loadRepair(values.repair)
  let said = 0
  const onProgress = (sent: number, of: number) => {
    if (sent !== of && sent - said < 500) return
    said = sent
    say(`${sent} of ${of} acknowledged`)
  }
  const outcome = await replay({
    config,
    city,
    filter,
    repair,
    confirm: values.confirm,
    log: createLog('replay', 'silent'),
    now: Date.now,
    onProgress,
  })
  print(outcome, values.confirm)
}

function instant(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new CityError('ARGUMENT_INVALID', `"${text}" is no instant such as 2026-11-25T13:00:00Z`)
  return ms
}

async function loadRepair(file: string): Promise<Repair> {
  const module = (await import(pathToFileURL(path.resolve(file)).href)) as { default?: unknown }
  if (typeof module.default !== 'function') throw new CityError('ARGUMENT_INVALID', `${file} has no function as its default export`)
  return module.default as Repair
}

function print({ quarantined, sent, passed, cannot }: ReplayOutcome, confirmed: boolean): void {
  say(`${quarantined} messages lie in quarantine`)
  for (const [why, count] of passed) say(`  ${count} passed over: ${why}`)
  for (const [why, list] of Map.groupBy(cannot, (c) => c.why)) say(`  ${list.length} cannot be sent: ${why}`)
  for (const [what, list] of Map.groupBy(sent, (r) => `${r.stream || 'no stream'}, ${r.reason}`))
    say(`  ${list.length} ${confirmed ? 'sent' : 'would be sent'}: ${what}`)
  if (!confirmed) say('Nothing was sent. CONFIRM=1 make replay (or --confirm) sends them.')
}

try {
  await main()
} catch (error) {
  const expected = error instanceof CityError || error instanceof SchemaFaults
  process.stderr.write(`${expected ? error.message : `replay failed: ${reasonOf(error)}`}\n`)
  process.exitCode = 1
}
