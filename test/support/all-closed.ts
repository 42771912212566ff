import { setTimeout as sleep } from 'node:timers/promises'
import type { City, Stream } from '@commonstream/schemas'
import { storeRows } from './ask-stack.ts'
import type { TestStack } from './stack.ts'

/** Waits until the windows of every stream are closed up to an instant. @throws which are not, after a minute and a half */
export async function allClosed(stack: TestStack, city: City, until: number): Promise<void> {
  let open: unknown[] = []
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(300)) {
    const rows = await storeRows<{ stream: string; w: number | string; partitions: number | string }>(
      stack,
      'SELECT stream, min(w) AS w, count() AS partitions FROM (SELECT stream, partition, max(toUnixTimestamp64Milli(watermark_at)) AS w FROM city.ledger FINAL GROUP BY stream, partition) GROUP BY stream',
    )
    const isClosed = ({ name, time, partitions }: Stream) =>
      rows.some((row) => row.stream === name && Number(row.w) - time.latenessMs >= until && Number(row.partitions) === partitions)
    open = city.streams.filter((stream) => !isClosed(stream)).map(({ name }) => name)
    if (open.length === 0) return
  }
  throw new Error(`windows are not closed up to ${new Date(until).toISOString()} of ${open.join(', ')}`)
}
