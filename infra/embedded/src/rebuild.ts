import { spawn } from 'node:child_process'
import path from 'node:path'
import { ROOT, stackConfig } from './config.ts'
import { type Beside, runStack } from './stack/run-stack.ts'

// `make rebuild`: the servers alone (or those elsewhere), the rebuild beside them, and an end.
const config = stackConfig({ ...process.env, CITY_SERVICES: 'apply' })
const MAIN = path.join(ROOT, 'services', 'worker', 'src', 'rebuild', 'main.ts')

const rebuild: Beside = async (env, signal) => {
  const child = spawn(process.execPath, [MAIN, ...process.argv.slice(2)], { env: { ...env }, stdio: 'inherit', cwd: ROOT })
  signal.addEventListener('abort', () => child.kill('SIGTERM'))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`the rebuild ended with code ${code}`)
  process.kill(process.pid, 'SIGTERM') // the stack ends in order, as by Ctrl-C
}

await runStack(config, console.log, rebuild)
