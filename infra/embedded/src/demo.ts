import { spawn } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { LOOPBACK } from '@commonstream/runtime/defaults.ts'
import { guard } from './child/guardian.ts'
import { ROOT, stackConfig } from './config.ts'
import { RunFolder } from './state/run-folder.ts'
import { type Beside, runStack } from './stack/run-stack.ts'

// `make demo`: a night of Melbourne's footpaths, and Wyndham's bins, lived through again at sixty times its speed.
const NIGHT = '2023-06-04T22:45:00+10:00@60/2023-06-05T08:30:00+10:00'

/** The streams of that night: a demo starts sooner, and shows more, without those that would wait for sensors. */
const STREAMS = ['pedestrian-counts', 'bin-levels']

const given = stackConfig()
// A folder of its own within the state's: the stack's data is not the demo's to remove.
const dir = path.join(given.dir, 'demo')
const shipped = path.join(ROOT, 'schemas')
const isShipped = given.env['CITY_SCHEMAS'] === shipped
const schemas = isShipped ? path.join(dir, 'schemas') : given.env['CITY_SCHEMAS']
const config = stackConfig({ ...process.env, CITY_DATA_DIR: dir, CITY_SCHEMAS: schemas, CITY_CLOCK: NIGHT })

console.log(`The page will be at http://${LOOPBACK}:${config.ports.query}/ in about half a minute.`)
if (existsSync(config.dir)) {
  console.log(`Removing the state of the last demo in ${config.dir}`)
  const run = new RunFolder(config.dir)
  run.take()
  await run.endLeftBehind(console.log)
  rmSync(config.dir, { recursive: true })
}
if (isShipped) {
  for (const entry of ['city.yaml', 'topics', ...STREAMS.map((name) => path.join('streams', name))])
    cpSync(path.join(shipped, entry), path.join(dir, 'schemas', entry), { recursive: true })
}

/** Sends the night's readings, with a progress bar. */
const replay: Beside = async (env, signal) => {
  const main = path.join(ROOT, 'services', 'fleet', 'src', 'main.ts')
  const fleet = spawn(process.execPath, [main, 'replay'], {
    env: { ...env },
    stdio: 'inherit',
    cwd: ROOT,
  })
  const release = fleet.pid === undefined ? () => undefined : guard(fleet.pid)
  signal.addEventListener('abort', () => fleet.kill('SIGTERM'))
  const code = await new Promise<number | null>((resolve) => fleet.once('close', resolve))
  release()
  if (signal.aborted) return
  const end = code === 0 ? 'The night is over. The page stays until Ctrl-C.' : `The replay ended with code ${code}. Ctrl-C stops the stack.`
  console.log(end)
}

await runStack(config, console.log, replay)
