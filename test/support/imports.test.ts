import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.join(import.meta.dirname, '..', '..')

/** What each part may import of ours (docs/architecture.md). Tests and benches, which need more than one package, are not parts. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  'services/runtime': [],
  'services/bridge': ['runtime', 'schemas'],
  'services/worker': ['runtime', 'schemas'],
  'services/query': ['runtime', 'schemas'],
  'services/notifier': ['runtime', 'schemas'],
  'services/dashboard': [],
  'services/fleet': ['runtime', 'schemas'],
  'infra/embedded': ['runtime', 'schemas'],
  'infra/apply': ['runtime', 'schemas'],
  'infra/replay': ['runtime', 'schemas'],
  'infra/backup': ['runtime', 'schemas'],
  'infra/import': ['runtime', 'schemas'],
}

function importsOf(file: string): string[] {
  return [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((m) => m[1] as string)
}

test('imports point one way: services and infra to runtime and schemas, never to each other', () => {
  const wrong: string[] = []
  for (const [part, allowed] of Object.entries(MAY)) {
    const files = globSync(`${part}/**/*.{ts,tsx}`, {
      cwd: ROOT,
      exclude: (name) => name.includes('node_modules') || name.endsWith('dist'),
    })
    for (const file of files) {
      for (const name of importsOf(file)) {
        const ours = /^@commonstream\/([^/]+)/.exec(name)?.[1]
        const own = path.basename(part)
        if (ours !== undefined && ours !== own && !allowed.includes(ours)) wrong.push(`${file} imports ${name}`)
        const outside = name.startsWith('.') && path.relative(part, path.normalize(path.join(path.dirname(file), name))).startsWith('..')
        if (outside && !file.endsWith('.test.ts')) wrong.push(`${file} imports ${name}`)
      }
    }
  }
  expect(wrong).toEqual([])
})

test('the environment is read in config files alone', () => {
  const files = globSync('{schemas,services,infra}/**/*.ts', {
    cwd: ROOT,
    exclude: (name) => name.includes('node_modules') || name.endsWith('dist'),
  })
  const reads = files.filter(
    (file) =>
      !/(^|\/)config\.ts$|\.test\.ts$|vite\.config\.ts$/.test(file) && readFileSync(path.join(ROOT, file), 'utf8').includes('process.env'),
  )
  // The two that hand PATH on to a child, which is no setting of ours.
  expect(reads.filter((file) => !/infra\/embedded\/(src\/start-(kafka|clickhouse)|src\/(demo|rebuild)|install\/)/.test(file))).toEqual([])
})

test('the fold knows no clock, no randomness and no machine: what it says follows from the log', () => {
  const files = globSync('services/worker/src/fold/**/*.ts', { cwd: ROOT, exclude: (name) => name.endsWith('testing') })
  const own = files.filter((file) => !file.endsWith('.test.ts'))
  expect(own.length).toBeGreaterThan(20)
  const asks =
    /Date\.now|new Date\(\)|Math\.random|randomUUID|randomBytes|performance\.|process\.|setTimeout|setInterval|toLocale|Intl\.|node:(fs|os|net|timers)/
  expect(own.filter((file) => asks.test(readFileSync(path.join(ROOT, file), 'utf8')))).toEqual([])
})
