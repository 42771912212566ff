import type { Value } from '../../src/decode/reading.ts'

/** Values as they are gathered from a payload. */
export type Values = Record<string, Value>

/** A piece of a payload: its length in bytes and how its values are read. `at` + `length` lies within the view. */
export interface FieldSpec {
  readonly length: number
  read(view: DataView, at: number, into: Values): void
}

function number(length: number, get: (view: DataView, at: number) => number) {
  // Divided, not multiplied by a fraction: the quotient is the double nearest to the decimal that is meant.
  return (name: string, divisor = 1): FieldSpec => ({
    length,
    read(view, at, into) {
      into[name] = get(view, at) / divisor
    },
  })
}

export const u8 = number(1, (view, at) => view.getUint8(at))
export const i8 = number(1, (view, at) => view.getInt8(at))
export const u16le = number(2, (view, at) => view.getUint16(at, true))
export const i16le = number(2, (view, at) => view.getInt16(at, true))
export const u32le = number(4, (view, at) => view.getUint32(at, true))
export const u16be = number(2, (view, at) => view.getUint16(at))
export const i16be = number(2, (view, at) => view.getInt16(at))
export const u32be = number(4, (view, at) => view.getUint32(at))
export const i32be = number(4, (view, at) => view.getInt32(at))

/** One byte whose codes have names. A code without one gives no value: it is a later firmware's. */
export function code(name: string, labels: Readonly<Record<number, Value>>): FieldSpec {
  return {
    length: 1,
    read(view, at, into) {
      const label = labels[view.getUint8(at)]
      if (label !== undefined) into[name] = label
    },
  }
}

/** Bytes that carry nothing for us. */
export function skip(length: number): FieldSpec {
  return { length, read: () => undefined }
}

/** Anything that needs more than a number or a label. */
export function piece(length: number, read: FieldSpec['read']): FieldSpec {
  return { length, read }
}

/** Reads pieces one after the other; the caller has checked that they fit. */
export function readAll(specs: readonly FieldSpec[], view: DataView, at: number, into: Values): void {
  let offset = at
  for (const spec of specs) {
    spec.read(view, offset, into)
    offset += spec.length
  }
}

/** Bytes that pieces take together. */
export function lengthOf(specs: readonly FieldSpec[]): number {
  return specs.reduce((sum, spec) => sum + spec.length, 0)
}
