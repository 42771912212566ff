import type { Carry } from '../fold/carries.ts'
import type { RowWriter } from './row-writer.ts'

/** Writes what the windows that are open at a chunk's end are differenced against; values as JSON, a number or a label. */
export function writeCarries(
  w: RowWriter,
  o: {
    readonly partition: number
    readonly chunk: number
    /** The chunk's last offset, and the append time there. */
    readonly last: number
    readonly appended: number
    readonly carries: readonly Carry[]
  },
): void {
  for (const { sensor, property, point } of o.carries) {
    w.u16(o.partition)
    w.i64(o.chunk)
    w.i64(o.last)
    w.string(sensor)
    w.string(property)
    w.time(point.at)
    w.string(JSON.stringify(point.value))
    w.uuid(Buffer.from(point.id, 'hex'))
    w.time(o.appended)
    w.endRow()
  }
}
