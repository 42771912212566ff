import { Publisher } from '@commonstream/bridge/publish/publisher.ts'
import { ListenedFile } from '@commonstream/bridge/tick/listened-file.ts'
import { Horizon } from '@commonstream/worker/fold/horizon.ts'
import { PartitionFold } from '@commonstream/worker/fold/partition-fold.ts'
import { Watermark } from '@commonstream/worker/fold/watermark.ts'

// Mutants that no port can make: a method of the product is replaced in this process for as long as one runs. Each
// returns how to undo it.

/** What resume compares with the ledger is always the same. */
export function constantFingerprint(): () => void {
  const nothing = { count: 0, hash: '' }
  return replaced(PartitionFold.prototype, 'fingerprint', () => () => ({ open: nothing, states: nothing, carries: nothing }))
}

/** Ids are remembered as long as the process lives. */
export function endlessHorizon(): () => void {
  const all = new WeakMap<Horizon, Set<string>>()
  return replaced(
    Horizon.prototype,
    'seen',
    () =>
      function (this: Horizon, id) {
        const ids = all.get(this) ?? new Set()
        all.set(this, ids)
        const key = Buffer.from(id).toString('hex')
        return ids.has(key) || !ids.add(key)
      },
  )
}

/** Every record says how far time is. */
export function eventsAsTicks(): () => void {
  return replaced(
    Watermark.prototype,
    'append',
    (append) =>
      function (this: Watermark, appended) {
        const at = append.call(this, appended)
        if (this.bridges > 0) this.tick('bridge-0', at, at)
        return at
      },
  )
}

/** A bridge that is started again takes it for its first start ever. */
export function forgetfulFile(): () => void {
  return replaced(ListenedFile.prototype, 'listenedBefore', () => async () => false)
}

/** A bridge ticks as if everything that it received were acknowledged. */
export function claimingTicks(): () => void {
  const own = Object.getOwnPropertyDescriptor(Publisher.prototype, 'oldest')!
  Object.defineProperty(Publisher.prototype, 'oldest', { ...own, get: () => null })
  return () => void Object.defineProperty(Publisher.prototype, 'oldest', own)
}

function replaced<T, K extends keyof T>(prototype: T, name: K, by: (own: T[K]) => T[K]): () => void {
  const own = prototype[name]
  prototype[name] = by(own)
  return () => {
    prototype[name] = own
  }
}
