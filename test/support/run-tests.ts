import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** The parts of vitest's JSON report that are counted. */
interface Report {
  numPassedTests: number
  numFailedTests: number
  testResults: { name: string; status: string; message?: string; assertionResults: unknown[] }[]
}

/** Runs one project of vitest.config.ts, its output on ours, and counts. A file that fails as a whole is one failure. */
async function runProject(project: string, folder: string): Promise<{ passed: number; failed: number }> {
  const file = path.join(folder, `${project}.json`)
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const vitest = spawn('vitest', args, { stdio: 'inherit' })
  const code = await new Promise<number>((resolve) => vitest.once('close', (ended) => resolve(ended ?? 1)))
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  const broken = report.testResults.filter((r) => r.status === 'failed' && r.assertionResults.length === 0).length
  const failed = report.numFailedTests + broken
  // Nothing failed, and vitest is not content: an error outside of any test.
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed }
}

// Runs the named projects one after the other, the later ones also when an earlier one failed, and ends with one line
// that says how many tests passed and failed. Run by `make test` and `make chaos`.
const folder = mkdtempSync(path.join(os.tmpdir(), 'city-tests-'))
let passed = 0
let failed = 0
try {
  for (const project of process.argv.slice(2)) {
    const startedAt = Date.now()
    const counts = await runProject(project, folder)
    console.log(`${project}: ${counts.passed} passed, ${counts.failed} failed in ${Math.round((Date.now() - startedAt) / 1000)} s`)
    passed += counts.passed
    failed += counts.failed
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
