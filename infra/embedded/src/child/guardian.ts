import { type ChildProcess, spawn } from 'node:child_process'

/** Seconds between asking a process to end and ending it. */
const GRACE_S = 15

/**
 * Waits for a line or the end of its input. A line means that the child has ended by itself; the end without one means
 * that whoever started the child is gone, so the child is asked to end, and ended if it does not.
 */
const SCRIPT = `
read -r word
[ "$word" = done ] && exit 0
kill -TERM "$1" || exit 0
i=0
while kill -0 "$1" && [ $i -lt ${GRACE_S * 10} ]; do sleep 0.1; i=$((i + 1)); done
kill -KILL "$1"
`

/**
 * Sees to it that the process `pid` does not outlive this one, also after kill -9: a shell of about a megabyte that
 * waits on a pipe which the system closes when this process ends.
 * @returns tells the guardian that the child has ended
 */
export function guard(pid: number): () => void {
  const guardian: ChildProcess = spawn('/bin/sh', ['-c', SCRIPT, 'guardian', String(pid)], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guardian.unref()
  const pipe = guardian.stdin
  // A guardian that is gone already needs no word.
  pipe?.on('error', () => undefined)
  return () => pipe?.end('done\n')
}
