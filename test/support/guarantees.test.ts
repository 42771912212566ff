import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.join(import.meta.dirname, '..', '..')
const DOCUMENT = readFileSync(path.join(ROOT, 'docs', 'guarantees.md'), 'utf8')
/** Files by the word that the document has for them. */
const WORDS: Readonly<Record<string, string>> = { kills: 'test/chaos/kills.test.ts', simulation: 'test/support/sim/simulation.test.ts' }

interface Fault {
  readonly number: number
  readonly madeBy: string
}

/** The rows of the table of faults. */
const faults: Fault[] = [...DOCUMENT.matchAll(/^\| (\d+) \|(?:[^|]*\|){2}([^|]*)\|$/gm)].map((row) => ({
  number: Number(row[1]),
  madeBy: row[2] as string,
}))

/** What a cell names: files, each with the beginnings of its tests' names. */
function namedIn(cell: string): { file: string; names: string[] }[] {
  return [...cell.matchAll(/`([^`]+\.test\.ts)`((?:,? "[^"]+")*)/g)].map(([, file, names]) => ({
    file: file as string,
    names: [...(names as string).matchAll(/"([^"]+)"/g)].map((name) => name[1] as string),
  }))
}

/** Whether a test file has a test, or a list of cases for one, whose name holds these words. */
function has(file: string, words: string): boolean {
  return readFileSync(path.join(ROOT, file), 'utf8')
    .split('\n')
    .some((line) => line.includes(words) && /['"`]/.test(line))
}

test('all 42 faults have a row', () => {
  expect(faults.map((fault) => fault.number)).toEqual(Array.from({ length: 42 }, (_, i) => i + 1))
})

test('every fault names a test that makes it, or says why there is none', () => {
  for (const { number, madeBy } of faults) {
    const isMade = namedIn(madeBy).some(({ names }) => names.length > 0) || Object.keys(WORDS).some((word) => madeBy.includes(word))
    expect([number, isMade || /not here: ./.test(madeBy)]).toEqual([number, true])
  }
})

test('every test that the table of faults names is in the tree', () => {
  const missing = faults.flatMap(({ number, madeBy }) =>
    namedIn(madeBy).flatMap(({ file, names }) => {
      if (!existsSync(path.join(ROOT, file))) return [`${number}: ${file}`]
      return names.filter((name) => !has(file, name)).map((name) => `${number}: ${file} "${name}"`)
    }),
  )
  expect(missing).toEqual([])
})

test('every file that the document names is in the tree', () => {
  const named = [...DOCUMENT.matchAll(/`((?:test|services|schemas|infra|docs)\/[\w./-]+)`/g)].map((m) => m[1] as string)
  expect(named.length).toBeGreaterThan(40)
  expect([...named, ...Object.values(WORDS)].filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([])
})
