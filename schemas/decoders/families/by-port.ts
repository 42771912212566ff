import { refuse, type UplinkResult, wrongLength } from '../../src/decode/uplink.ts'

/** The reader of each port, with the lengths that its payloads may have. */
export type Ports = Readonly<Record<number, { readonly from: number; readonly to?: number; read(view: DataView): UplinkResult }>>

/** Reads a payload by its port, if it has a length that the port's payloads have. */
export function byPort(ports: Ports, view: DataView, fPort: number): UplinkResult {
  const port = ports[fPort]
  if (port === undefined) return refuse(`port ${fPort} carries no readings`)
  const { from, to = from } = port
  if (view.byteLength < from || view.byteLength > to) return wrongLength(view, from === to ? String(from) : `${from} to ${to}`)
  return port.read(view)
}
