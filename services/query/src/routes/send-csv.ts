import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import type { FastifyReply } from 'fastify'

/**
 * Streams rows as CSV (RFC 4180): the columns as header, CRLF, null as nothing. The first rows are read before
 * anything is sent, so that a fault of the store is an answer of its own; a later one cuts the transfer short.
 */
export async function sendCsv(
  reply: FastifyReply,
  name: string,
  columns: readonly string[],
  batches: AsyncIterable<readonly object[]>,
): Promise<FastifyReply> {
  const iterator = batches[Symbol.asyncIterator]()
  const first = await iterator.next()
  async function* rows() {
    for (let batch = first; batch.done !== true; batch = await iterator.next()) yield* batch.value
  }
  const csv = stringify({ header: true, columns: [...columns], record_delimiter: 'windows', cast: { boolean: String } })
  const source = Readable.from(rows())
  source.once('error', (error) => csv.destroy(error))
  csv.once('close', () => source.destroy())
  void reply.type('text/csv; charset=utf-8; header=present').header('content-disposition', `attachment; filename="${name}.csv"`)
  return reply.send(source.pipe(csv))
}
