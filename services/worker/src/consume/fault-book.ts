import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Remembers the places of our own faults over restarts: the first time a fault ends the process at once, and Kafka
 * replays; the second time at the same place only that partition stops (protocol section 13).
 */
export class FaultBook {
  readonly #file: string
  readonly #places: Set<string>

  constructor(file: string) {
    this.#file = file
    this.#places = new Set(existsSync(file) ? placesIn(readFileSync(file, 'utf8')) : [])
  }

  /** Writes a place down; true if a fault was there before. Synchronous, because the process is about to end. */
  again(stream: string, partition: number, offset: number): boolean {
    const place = `${stream}/${partition}@${offset}`
    if (this.#places.has(place)) return true
    this.#places.add(place)
    mkdirSync(dirname(this.#file), { recursive: true })
    // Under another name first: a process that is killed in the middle leaves no half of it.
    writeFileSync(`${this.#file}.next`, JSON.stringify([...this.#places]))
    renameSync(`${this.#file}.next`, this.#file)
    return false
  }
}

/** A book that cannot be read is empty: it must not keep the worker from starting, and fills again. */
function placesIn(text: string): string[] {
  try {
    const places: unknown = JSON.parse(text)
    return Array.isArray(places) ? places.filter((p) => typeof p === 'string') : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}
