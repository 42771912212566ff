/** What was published of one sensor's window of a protected stream, once and for all (protocol section 8.5). */
export interface Released {
  /** Empty: a gap without data, for all sensors. */
  readonly sensor: string
  /** Epoch ms. */
  readonly start: number
  readonly sizeMs: number
  readonly policy: number
  readonly status: 'ok' | 'no_data'
  /** By column, in units of the property's resolution. */
  readonly values: Readonly<Record<string, number | null>>
}

export function releasedKey({ sensor, start, sizeMs, policy }: Pick<Released, 'sensor' | 'start' | 'sizeMs' | 'policy'>): string {
  return `${sensor}|${start}|${sizeMs}|${policy}`
}

/**
 * Releases by `releasedKey`, and a way to ask what was published about the same passages under any name: under another
 * policy, in a window of another size, or as a gap. Windows stand on multiples of their size, so asking costs a look-up
 * per size and policy ever used.
 */
export class ReleasedMap extends Map<string, Released> {
  readonly #sizes = new Set<number>()
  readonly #policies = new Set<number>()
  readonly #gaps = new Map<string, Released[]>()

  static of(released: ReadonlyMap<string, Released>): ReleasedMap {
    if (released instanceof ReleasedMap) return released
    const map = new ReleasedMap()
    for (const [key, value] of released) map.set(key, value)
    return map
  }

  override set(key: string, value: Released): this {
    if (value.status === 'no_data') this.#gaps.set(value.sensor, [...(this.#gaps.get(value.sensor) ?? []), value])
    else {
      // A subclass of Map is filled by no constructor argument here, so the private fields exist.
      this.#sizes.add(value.sizeMs)
      this.#policies.add(value.policy)
    }
    return super.set(key, value)
  }

  /** A release about the same sensor and any instant of the same span; its own first, if there is one. */
  about(fresh: Released): Released | undefined {
    const own = this.get(releasedKey(fresh))
    if (own !== undefined) return own
    const end = fresh.start + fresh.sizeMs
    const overlaps = (gap: Released) => gap.start < end && fresh.start < gap.start + gap.sizeMs
    const gap = this.#gaps.get('')?.find(overlaps) ?? this.#gaps.get(fresh.sensor)?.find(overlaps)
    if (gap !== undefined) return gap
    return fresh.sensor === '' ? this.#within(fresh.start, end) : this.#of(fresh, end)
  }

  /** Forgets releases of windows that ended by then (epoch ms): a fold that is past them never asks again. */
  prune(before: number): void {
    for (const [key, { start, sizeMs }] of this) if (start + sizeMs <= before) this.delete(key)
    for (const [sensor, gaps] of this.#gaps)
      this.#gaps.set(
        sensor,
        gaps.filter((g) => g.start + g.sizeMs > before),
      )
  }

  /** A release of another name than its own, which was looked up. */
  #of(fresh: Released, end: number): Released | undefined {
    const { sensor } = fresh
    for (const sizeMs of this.#sizes) {
      for (let start = Math.floor(fresh.start / sizeMs) * sizeMs; start < end; start += sizeMs) {
        for (const policy of this.#policies) {
          if (start === fresh.start && sizeMs === fresh.sizeMs && policy === fresh.policy) continue
          const found = this.get(releasedKey({ sensor, start, sizeMs, policy }))
          if (found !== undefined) return found
        }
      }
    }
    return undefined
  }

  /** Gaps are rare, so this may look at everything. */
  #within(from: number, end: number): Released | undefined {
    for (const released of this.values()) if (released.start < end && from < released.start + released.sizeMs) return released
    return undefined
  }
}
