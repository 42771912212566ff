import { RowWriter } from '../flush/row-writer.ts'
import type { StreamContext } from '../flush/stream-context.ts'
import { type PlainWindow, writeWindowRow } from '../flush/windows-out.ts'
import type { Properties } from '../fold/types.ts'
import type { Ports } from '../ports/ports.ts'

/** Rows per insert. */
const MAX_ROWS = 50_000

/** The fields of schemas/topics/windows.avsc. */
interface WindowRecord extends Omit<PlainWindow, 'sizeMs' | 'properties'> {
  readonly end: number
}

/**
 * Writes the rows of closed windows anew from their topic, which outlives the store: releases are restored, never
 * computed again. The highest revision of a window counts, as in the topic. Returns how many records were restored.
 */
export async function restoreWindows(o: {
  readonly ports: Pick<Ports, 'kafka' | 'store'>
  readonly context: StreamContext
  /** Everything that was ever folded of the stream. */
  readonly properties: Properties
  readonly onProgress: (rows: number) => void
}): Promise<number> {
  const { context, ports, properties } = o
  const full: RowWriter[] = []
  let writer = new RowWriter()
  await ports.kafka.readToEnd(context.windowsTopic, (_, records) => {
    for (const { value } of records) {
      if (value === null) continue
      const record = context.windowCodec.decode(value) as unknown as WindowRecord
      writeWindowRow(writer, { ...record, properties, sizeMs: record.end - record.start })
      if (writer.rows < MAX_ROWS) continue
      full.push(writer)
      writer = new RowWriter()
    }
  })
  let restored = 0
  for (const w of [...full, writer]) {
    if (w.rows === 0) continue
    await ports.store.insert(context.targets(properties).windows, w.content)
    restored += w.rows
    o.onProgress(restored)
  }
  return restored
}
