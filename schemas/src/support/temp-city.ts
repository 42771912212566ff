import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { TWO } from './two-streams.ts'

export interface TempCity {
  readonly dir: string
  /** Replaces a text that must be in the file. */
  edit(file: string, text: string, by: string): void
  write(file: string, text: string): void
  remove(file: string): void
  copy(from: string, to: string): void
  /** Removes the folder. */
  end(): void
}

/** A copy of the shipped schemas with two of their streams in a folder of its own, for tests to spoil. */
export function tempCity(): TempCity {
  const own = join(import.meta.dirname, '..', '..')
  const dir = mkdtempSync(join(tmpdir(), 'city-schemas-'))
  for (const part of ['city.yaml', 'topics', ...TWO.map((name) => join('streams', name))])
    cpSync(join(own, part), join(dir, part), { recursive: true })
  const at = (file: string) => join(dir, file)
  return {
    dir,
    edit(file, text, by) {
      const before = readFileSync(at(file), 'utf8')
      if (!before.includes(text)) throw new Error(`${file} has no "${text}"`)
      writeFileSync(at(file), before.replace(text, by))
    },
    write: (file, text) => {
      mkdirSync(dirname(at(file)), { recursive: true })
      writeFileSync(at(file), text)
    },
    remove: (file) => rmSync(at(file), { recursive: true }),
    copy: (from, to) => cpSync(at(from), at(to), { recursive: true }),
    end: () => rmSync(dir, { recursive: true, force: true }),
  }
}
