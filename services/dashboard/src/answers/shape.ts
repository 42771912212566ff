/** Small checks for answers from the network: each returns the value in its type or throws what is missing, by path. */

export type Json = Readonly<Record<string, unknown>>

/** A fault of an answer's shape. */
export class ShapeError extends Error {
  constructor(path: string, wanted: string) {
    super(`${path} is not ${wanted}`)
    this.name = 'ShapeError'
  }
}

export function object(value: unknown, path: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ShapeError(path, 'an object')
  return value as Json
}

export function list(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ShapeError(path, 'a list')
  return value
}

export function text(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new ShapeError(path, 'a text')
  return value
}

export function number(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new ShapeError(path, 'a number')
  return value
}

/** An RFC 3339 instant as epoch ms. */
export function instant(value: unknown, path: string): number {
  const at = Date.parse(text(value, path))
  if (Number.isNaN(at)) throw new ShapeError(path, 'an instant')
  return at
}

/** `read`, but null for null and for what is not there. */
export function optional<T>(read: (value: unknown, path: string) => T, value: unknown, path: string): T | null {
  return value === null || value === undefined ? null : read(value, path)
}
