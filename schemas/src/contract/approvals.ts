import { statSync } from 'node:fs'
import { join } from 'node:path'
import { hasShape } from './check-shape.ts'
import { contractSchema } from './contract-schema.ts'
import { type SchemaFault, SchemaFaults } from './faults.ts'
import { isDate } from './is-date.ts'
import { readDecisions } from './read-decisions.ts'
import { readSource } from './source-file.ts'
import type { Assessment, Stream } from './stream.ts'

/** What a stream's approval is judged by, and what was decided about it. */
export type Standing = Pick<Stream, 'assessment' | 'time' | 'decisions'>

interface Known {
  readonly standing: Standing
  /** Of the files as they were read last. */
  readonly stamp: string
}

/**
 * How streams stand by their privacy assessments while a service runs: as it found them when it started, or less where
 * their contracts say less by now. So a withdrawal needs no restart; what lets more in does, like every other change of
 * a contract.
 */
export class Approvals {
  readonly #dir: string
  readonly #streams: readonly Stream[]
  readonly #known = new Map<Stream, Known>()

  /** @param dir the city's folder of schemas, which `streams` were loaded from */
  constructor(dir: string, streams: readonly Stream[]) {
    this.#dir = dir
    this.#streams = streams
  }

  /** What counts of a stream's assessment since the last `look`. */
  of(stream: Stream): Standing {
    return this.#known.get(stream)?.standing ?? stream
  }

  /** Reads the contracts that have changed. What of one cannot be read changes nothing; each fault is told once, by file and line. */
  look(): string[] {
    return this.#streams.flatMap((stream) => {
      const [contract, decided] = ['contract.yaml', 'decisions.yaml'].map((file) => join('streams', stream.name, file)) as [string, string]
      const stamp = [contract, decided].map((file) => stampOf(join(this.#dir, file))).join()
      if (this.#known.get(stream)?.stamp === stamp) return []
      const faults: SchemaFault[] = []
      const now = readAssessment(join(this.#dir, contract), contract, faults)
      const { time, assessment, decisions } = {
        ...this.of(stream),
        ...(now !== undefined && { assessment: narrower(stream.assessment, now) }),
      }
      // Whether the decisions come to it or not: who takes an approval back in a hurry is believed.
      const read = now === undefined ? [] : readDecisions(join(this.#dir, decided), decided, now, (fault) => faults.push(fault))
      this.#known.set(stream, { standing: { time, assessment, decisions: faults.length > 0 ? decisions : read }, stamp })
      return faults.length > 0 ? [new SchemaFaults(this.#dir, faults).message] : []
    })
  }
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat === undefined ? 'none' : `${stat.mtimeMs} ${stat.size} ${stat.ino}`
}

/** A contract's assessment; undefined after saying why it cannot be read: it may be half written. */
function readAssessment(path: string, name: string, faults: SchemaFault[]): Assessment | null | undefined {
  const source = readSource(path, name, (fault) => faults.push(fault))
  if (source === null || !hasShape(contractSchema, source)) return undefined
  const { assessment = null } = source.value
  if (assessment === null) return null
  const days = [assessment.approved, assessment.review, assessment.withdrawn?.on].filter((day) => day !== undefined)
  const wrong = days.find((day) => !isDate(day))
  if (wrong === undefined) return assessment
  source.fault(['assessment'], `"${wrong}" is no day of the calendar`)
  return undefined
}

/** What two assessments of a stream both let in. */
export function narrower(a: Assessment | null, b: Assessment | null): Assessment | null {
  if (a === null || b === null) return null
  const [withdrawn] = [a.withdrawn, b.withdrawn].filter((one) => one !== undefined).toSorted((x, y) => (x.on < y.on ? -1 : 1))
  return {
    ...a,
    approved: a.approved > b.approved ? a.approved : b.approved,
    review: a.review < b.review ? a.review : b.review,
    ...(withdrawn && { withdrawn }),
  }
}
