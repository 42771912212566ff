import path from 'node:path'
import { CityError } from '@commonstream/runtime/errors.ts'
import { type Child, startChild } from '../child/start-child.ts'
import { tailOf } from '../child/wait-until.ts'
import { ROOT, type StackConfig } from '../config.ts'
import { logOf } from './units.ts'

/** Starts bringing topics, tables and markers to what the contracts say. */
export function startApply(c: StackConfig, env: Readonly<Record<string, string>>): Child {
  const args = [path.join(ROOT, 'infra', 'apply', 'src', 'main.ts'), '--confirm']
  return startChild({ name: 'apply', command: process.execPath, args, cwd: ROOT, env, log: logOf(c, 'apply') })
}

/** @throws CityError `APPLY_FAILED` with what it said last */
export async function awaitApply(child: Child): Promise<void> {
  const { code, signal } = await child.exited
  if (code === 0) return
  const text = `The contracts could not be applied (${signal ?? `code ${code}`}). The end of ${child.log}:\n${tailOf(child.log)}`
  throw new CityError('APPLY_FAILED', text, { sort: 'world' })
}
