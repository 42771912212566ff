import type { Stream } from '@commonstream/schemas'
import { storeRows } from './ask-stack.ts'
import { differences, type Reading } from './oracle.ts'
import type { Published } from './published-streams.ts'
import type { TestStack } from './stack.ts'

/**
 * The readings that a stream must have stored: those of times ahead as of when they arrived, which only the store knows.
 * @throws where it has clamped others than these
 */
export async function arrivedReadings(stack: TestStack, stream: Stream, { readings, ahead = [] }: Published): Promise<readonly Reading[]> {
  if (ahead.length === 0) return readings
  const names = stream.properties.map((p) => p.name)
  const rows = await storeRows<Record<string, string | number | null>>(
    stack,
    `SELECT sensor, toUnixTimestamp64Milli(at) AS at, ${names.join(', ')} FROM city.${stream.table}_readings FINAL WHERE clamped`,
  )
  const clamped = rows.map((row): Reading => {
    const values = Object.fromEntries(names.map((name) => [name, row[name] === null ? null : Number(row[name])]))
    return { sensor: String(row['sensor']), at: Number(row['at']), values }
  })
  const lines = (some: readonly Omit<Reading, 'at'>[]) => some.map(({ sensor, values }) => JSON.stringify([sensor, values])).sort()
  const counted = (list: readonly string[]) => new Map([...Map.groupBy(list, (l) => l)].map(([l, all]) => [l, all.length]))
  const wrong = differences(counted(lines(ahead)), counted(lines(clamped)))
  if (wrong.length > 0) throw new Error(`${stream.name} clamped others: ${wrong.slice(0, 3).join('; ')}`)
  return [...readings, ...clamped]
}
