import { spawn } from 'node:child_process'
import path from 'node:path'

const MAIN = path.join(import.meta.dirname, '..', '..', 'services', 'fleet', 'src', 'main.ts')

/** Runs the fleet's command to its end; gives its exit code and all that it said. */
export async function runFleet(env: Record<string, string>, ...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, said }
}
