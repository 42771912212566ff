import type { AlertStateRow } from '../fold/alerts/alerts.ts'
import type { Carry } from '../fold/carries.ts'
import type { RowWriter } from './row-writer.ts'

/** The chunk at whose end something is written, and its last offset. */
interface Place {
  readonly partition: number
  readonly chunk: number
  readonly last: number
}

export function writeAlertStates(w: RowWriter, o: Place & { readonly stream: string; readonly states: readonly AlertStateRow[] }): void {
  for (const { rule, subject, state } of o.states) {
    w.string(o.stream)
    w.u16(o.partition)
    w.i64(o.chunk)
    w.i64(o.last)
    w.string(rule)
    w.string(subject)
    w.string(JSON.stringify(state))
    w.endRow()
  }
}

/** What the windows that are open then are differenced against; values as JSON, a number or a label. */
export function writeCarries(w: RowWriter, o: Place & { readonly appended: number; readonly carries: readonly Carry[] }): void {
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
