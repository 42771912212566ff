import { randomUUID } from 'node:crypto'
import { readRecords } from '@commonstream/runtime'
import { ALERTS_TOPIC, type Stream, topicCodec, windowsTopic } from '@commonstream/schemas'
import { storeRows } from './ask-stack.ts'
import type { Cluster } from './cluster.ts'

interface WindowRecord {
  readonly sensor: string
  readonly start: number
  readonly end: number
  readonly rev: number
  readonly values: Record<string, number | null>
}

/** What a topic says, and whatever is wrong with it, in words. */
export interface TopicFindings {
  readonly records: number
  readonly repeated: number
  readonly wrong: readonly string[]
}

/**
 * The topic of closed windows: its newest word on a window is what the table says, and of a protected stream it has
 * never said two different things about one.
 */
export async function verifyWindowsTopic(cluster: Cluster, stream: Stream): Promise<TopicFindings> {
  const codec = topicCodec(cluster.city, 'windows')
  const records = (await recordsOf(cluster, windowsTopic(stream.name))).map((value) => codec.decode(value) as unknown as WindowRecord)
  const rows = await storeRows<{ sensor: string; start: number; rev: number; a: number; b: number }>(
    cluster,
    `SELECT sensor, toUnixTimestamp(window) * 1000 AS start, rev, direction_1_sum AS a, direction_2_sum AS b FROM city.${stream.table}_windows FINAL`,
  )
  const said = (rev: number, a: number | null | undefined, b: number | null | undefined) => `${a}, ${b} (rev ${rev})`
  const table = new Map(rows.map((row) => [`${row.sensor}|${row.start}`, said(row.rev, row.a, row.b)]))
  const wrong: string[] = []
  const newest = new Map<string, { rev: number; words: string }>()
  let repeated = 0
  for (const { sensor, start, rev, values } of records) {
    const key = `${sensor}|${start}`
    const words = said(rev, values['direction_1_sum'], values['direction_2_sum'])
    const before = newest.get(key)
    if (before?.words === words) repeated++
    else if (before !== undefined && (stream.disclosure !== null || before.rev === rev))
      wrong.push(`${windowsTopic(stream.name)} says of ${key} ${before.words} and ${words}`)
    if (before === undefined || rev >= before.rev) newest.set(key, { rev, words })
  }
  for (const key of new Set([...table.keys(), ...newest.keys()])) {
    const [have, want] = [newest.get(key)?.words, table.get(key)]
    if (have !== want) wrong.push(`${windowsTopic(stream.name)} says of ${key} ${have ?? 'nothing'}, the table ${want ?? 'nothing'}`)
  }
  return { records: records.length, repeated, wrong }
}

interface AlertRecord {
  readonly alertId: string
  readonly incident: string
  readonly transition: string
}

/** The alerts: one id never means two things, an incident fires once and is resolved at most once, and the table has the same. */
export async function verifyAlerts(cluster: Cluster): Promise<TopicFindings> {
  const codec = topicCodec(cluster.city, 'alerts')
  const records = (await recordsOf(cluster, ALERTS_TOPIC)).map((value) => codec.decode(value) as unknown as AlertRecord)
  const wrong: string[] = []
  const byId = new Map<string, string>()
  for (const record of records) {
    const said = JSON.stringify(record)
    if ((byId.get(record.alertId) ?? said) !== said) wrong.push(`alert ${record.alertId} is ${byId.get(record.alertId)} and ${said}`)
    byId.set(record.alertId, said)
  }
  const once = new Map(records.map((record) => [record.alertId, record]))
  for (const [incident, own] of Map.groupBy(once.values(), (record) => record.incident)) {
    const told = own.map((record) => record.transition)
    if (told.filter((t) => t === 'firing').length !== 1 || told.length > 2)
      wrong.push(`incident ${incident} was told as ${told.join(', ')}`)
  }
  const rows = await storeRows<{ id: string }>(cluster, 'SELECT toString(alert_id) AS id FROM city.alerts FINAL WHERE NOT internal')
  const table = new Set(rows.map((row) => row.id))
  if (table.size !== once.size || [...once.keys()].some((id) => !table.has(id)))
    wrong.push(`${once.size} alerts were told, the table has ${table.size}`)
  return { records: records.length, repeated: records.length - once.size, wrong }
}

async function recordsOf({ kafka, admin }: Cluster, topic: string): Promise<Buffer[]> {
  const records = await readRecords({ kafka, admin, topic, group: `city-verify-${randomUUID()}` })
  return records.flatMap(({ message }) => (message.value === null ? [] : [message.value]))
}
