/**
 * Keeps a worker from committing for partitions that may no longer be its own. Raised synchronously before each
 * JoinGroup, opened when the group is joined; a commit compares the epoch in the same tick in which it is sent.
 * It is the second belt: what is committed are chunk starts that the ledger certifies, which are right whoever commits them.
 */
export class Fence {
  #epoch = 0
  #joined = false

  get epoch(): number {
    return this.#epoch
  }

  /** Before a JoinGroup request. */
  raise(): void {
    this.#epoch++
    this.#joined = false
  }

  /** The group is joined. */
  open(): void {
    this.#joined = true
  }

  allows(epoch: number): boolean {
    return this.#joined && this.#epoch === epoch
  }
}
