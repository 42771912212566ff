import { drainPending, Session } from 'chdb'
import { identifier, literal } from './sql-text.ts'
import { StoreError } from './store-error.ts'

/** Settings of every request unless it says otherwise: 64-bit integers are quoted, or JSON readers would round them. */
const BASE: ReadonlyMap<string, string> = new Map([['output_format_json_quote_64bit_integers', '1']])

const CLEANSE_TRIES = 3

/** What the engine's session must be set to before a statement runs. */
export interface Surroundings {
  readonly settings: ReadonlyMap<string, string>
  readonly params: ReadonlyMap<string, string>
  readonly database: string
}

/** One engine session and what it is set to; runs one statement at a time. */
class PooledSession {
  readonly engine: Session
  #settings: ReadonlyMap<string, string> = new Map()
  #database = 'default'

  constructor(engine: Session) {
    this.engine = engine
  }

  /**
   * After a failure the engine puts what it had written of that answer before the session's next one: asks until the
   * answer is the question's own.
   */
  async cleanse(): Promise<void> {
    for (let i = 0; i < CLEANSE_TRIES; i++) {
      const answer = await this.engine.queryAsync('SELECT 1', { format: 'TabSeparated' })
      if (answer.text() === '1\n') return
    }
    throw new Error('the session still holds an earlier answer')
  }

  /** Sets what differs from the last request and undoes what that one had set. The engine's SET is all or nothing. */
  async prepare(wanted: Surroundings): Promise<void> {
    const settings = new Map([...BASE, ...wanted.settings])
    const changes = [...settings]
      .filter(([name, value]) => this.#settings.get(name) !== value)
      .map(([name, value]) => `${name} = ${literal(value)}`)
    const undone = [...this.#settings.keys()].filter((name) => !settings.has(name)).map((name) => `${name} = DEFAULT`)
    if (changes.length + undone.length > 0) {
      await this.engine.queryAsync(`SET ${[...undone, ...changes].join(', ')}`)
      this.#settings = settings
    }
    if (wanted.database !== this.#database) {
      await this.engine.queryAsync(`USE ${identifier(wanted.database)}`)
      this.#database = wanted.database
    }
    const params = [...wanted.params].map(([name, value]) => `param_${name} = ${literal(value)}`)
    if (params.length > 0) await this.engine.queryAsync(`SET ${params.join(', ')}`)
  }
}

/** The engine's sessions over one data folder, lent to one request at a time; more requests wait, up to a bound. */
export class SessionPool {
  readonly #all: PooledSession[]
  readonly #free: PooledSession[]
  readonly #waiting: ((session: PooledSession) => void)[] = []
  readonly #maxWaiting: number
  readonly #onReplace: (reason: unknown) => void

  /**
   * @param engineArguments of the engine's command line, taken by the first session
   * @param onReplace told why a session had to be replaced
   */
  constructor(dir: string, engineArguments: readonly string[], size: number, maxWaiting: number, onReplace: (reason: unknown) => void) {
    this.#all = Array.from({ length: size }, () => new PooledSession(new Session(dir, { connectionArgs: engineArguments })))
    this.#free = [...this.#all]
    this.#maxWaiting = maxWaiting
    this.#onReplace = onReplace
  }

  /** Runs `work` with a session set to `wanted`. @throws StoreError 202 when too many wait already */
  async use<T>(wanted: Surroundings, work: (engine: Session) => Promise<T>): Promise<T> {
    const session = await this.#lend()
    try {
      await session.prepare(wanted)
      const result = await work(session.engine)
      this.#takeBack(session)
      return result
    } catch (error) {
      await this.#restore(session)
      throw error
    }
  }

  /** Closes every session once the engine is idle: closing one while it works would abort the engine. */
  async close(): Promise<void> {
    await drainPending()
    for (const session of this.#all) session.engine.close()
    await drainPending()
  }

  /** Takes a session back after a failure; one that cannot be made clean is replaced. */
  async #restore(session: PooledSession): Promise<void> {
    try {
      await session.cleanse()
      this.#takeBack(session)
    } catch (error) {
      this.#onReplace(error)
      const fresh = new PooledSession(new Session(session.engine.path))
      this.#all.splice(this.#all.indexOf(session), 1, fresh)
      this.#takeBack(fresh)
      session.engine.close()
    }
  }

  #lend(): Promise<PooledSession> {
    const session = this.#free.pop()
    if (session) return Promise.resolve(session)
    if (this.#waiting.length >= this.#maxWaiting)
      throw new StoreError(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', 'Too many simultaneous queries.')
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #takeBack(session: PooledSession): void {
    const next = this.#waiting.shift()
    if (next) next(session)
    else this.#free.push(session)
  }
}
