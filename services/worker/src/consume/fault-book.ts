import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
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
    this.#places = new Set(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : [])
  }

  /** Writes a place down; true if a fault was there before. Synchronous, because the process is about to end. */
  again(stream: string, partition: number, offset: number): boolean {
    const place = `${stream}/${partition}@${offset}`
    if (this.#places.has(place)) return true
    this.#places.add(place)
    mkdirSync(dirname(this.#file), { recursive: true })
    writeFileSync(this.#file, JSON.stringify([...this.#places]))
    return false
  }
}
