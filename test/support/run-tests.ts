import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chaosTable, TOLD, toldInjections } from './chaos-table.ts'

/** The parts of vitest's JSON report that are counted. */
interface Report {
  numPassedTests: number
  numFailedTests: number
  testResults: { name: string; status: string; message?: string; assertionResults: unknown[] }[]
}

interface Counts {
  readonly passed: number
  readonly failed: number
}

/** Runs one project of vitest.config.ts and counts. A file that fails as a whole is one failure. */
async function runProject(project: string, folder: string, beside: boolean): Promise<Counts> {
  const startedAt = Date.now()
  const file = path.join(folder, `${project}.json`)
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  // What runs beside another is shown as a whole at its end, not mixed with it.
  const vitest = spawn('vitest', args, { stdio: beside ? ['ignore', 'pipe', 'pipe'] : 'inherit' })
  let said = ''
  for (const stream of [vitest.stdout, vitest.stderr]) stream?.on('data', (piece: Buffer) => (said += piece.toString()))
  const code = await new Promise<number>((resolve) => vitest.once('close', (ended) => resolve(ended ?? 1)))
  process.stdout.write(said)
  if (!existsSync(file)) {
    console.log(`${project}: ended without a report, with code ${code}`)
    return { passed: 0, failed: 1 }
  }
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  const broken = report.testResults.filter((r) => r.status === 'failed' && r.assertionResults.length === 0).length
  const failed = report.numFailedTests + broken
  // Nothing failed, and vitest is not content: an error outside of any test.
  const counts = { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed }
  console.log(`${project}: ${counts.passed} passed, ${counts.failed} failed in ${Math.round((Date.now() - startedAt) / 1000)} s`)
  return counts
}

// Runs the named projects one after the other, the later ones also when an earlier one failed; names joined by `+` run
// beside each other. Ends with one line that says how many tests passed and failed. Run by `make test` and `make chaos`.
const folder = mkdtempSync(path.join(os.tmpdir(), 'city-tests-'))
const told = path.join(folder, 'injections.jsonl')
process.env[TOLD] = told
const begin = Date.now()
let passed = 0
let failed = 0
try {
  for (const group of process.argv.slice(2)) {
    for (const counts of await Promise.all(group.split('+').map((project, i) => runProject(project, folder, i > 0)))) {
      passed += counts.passed
      failed += counts.failed
    }
  }
  const injections = toldInjections(told)
  if (injections.length > 0) console.log(chaosTable(injections))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
const load = os.loadavg().map((n) => n.toFixed(1))
console.log(`${Math.round((Date.now() - begin) / 1_000)} s in all; load average ${load.join(' ')}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
