import { seeded } from '../log-load.ts'

/** Reproducible choices. What is forked off by name does not change when another fork draws more. */
export class Random {
  readonly seed: number
  readonly next: () => number

  constructor(seed: number) {
    this.seed = seed
    this.next = seeded(seed)
  }

  fork(name: string): Random {
    let h = this.seed | 0
    for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x9e3779b1) ^ (h >>> 15)
    return new Random(h)
  }

  /** From `min` up to but without `max`. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min))
  }

  chance(p: number): boolean {
    return this.next() < p
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length)] as T
  }

  bytes(size: number): Buffer {
    const bytes = Buffer.alloc(size)
    for (let i = 0; i < size; i++) bytes[i] = this.int(0, 256)
    return bytes
  }
}
