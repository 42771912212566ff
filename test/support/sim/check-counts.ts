import type { Finished } from './checks.ts'
import type { Counts } from './oracle-types.ts'

/** Ledger and accounting: every record of the log is in exactly one chunk, and counted once. */
export function checkCounts(finished: Finished, withLedger: boolean): void {
  checkAccounting(finished)
  if (withLedger) checkLedger(finished)
}

function checkAccounting({ sim, partition, oracle, say }: Finished): void {
  const have = new Map<string, Counts>()
  for (const row of sim.store.rows('accounting')) {
    if (row['partition'] !== partition) continue
    const key = `${row['sensor']}|${row['hour']}`
    const held = have.get(key) ?? { records: 0, stored: 0, duplicates: 0, rejected: 0, late: 0, clamped: 0 }
    const add = (name: keyof Counts, column: string) => (held[name] += Number(row[column]))
    add('records', 'records')
    add('stored', 'stored')
    add('duplicates', 'duplicate')
    add('rejected', 'rejected')
    add('late', 'late')
    add('clamped', 'clamped')
    have.set(key, held)
  }
  const keys = new Set([...have.keys(), ...oracle.accounting.keys()])
  for (const key of keys) {
    const [got, want] = [JSON.stringify(have.get(key)), JSON.stringify(oracle.accounting.get(key))]
    if (got !== want) say(`accounting of ${key}: ${got} instead of ${want}`)
  }
  for (const [key, c] of have)
    if (c.records !== c.stored + c.duplicates + c.rejected) say(`accounting of ${key} does not add up: ${JSON.stringify(c)}`)
}

function checkLedger({ sim, partition, oracle, say }: Finished): void {
  const rows = sim.store.rows('ledger').filter((r) => r['partition'] === partition)
  const have = new Map(rows.map((r) => [Number(r['chunk']), r]))
  for (const chunk of oracle.chunks) {
    const row = have.get(chunk.start)
    have.delete(chunk.start)
    const { start, ids, ...counts } = chunk
    const got =
      row &&
      JSON.stringify([
        row['last'],
        row['complete'],
        row['records'],
        row['stored'],
        row['duplicates'],
        row['rejected'],
        row['late'],
        row['clamped'],
        row['ids'],
      ])
    const { last, complete, records, stored, duplicates, rejected, late, clamped } = counts
    const want = JSON.stringify([last, complete, records, stored, duplicates, rejected, late, clamped, ids.toString('hex')])
    if (got !== want) say(`ledger of chunk ${start}: ${got} instead of ${want}`)
  }
  for (const chunk of have.keys()) say(`the ledger has a chunk ${chunk} that the log does not have`)
}
