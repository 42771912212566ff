import { afterAll, afterEach, beforeAll } from 'vitest'
import { logsOf, type StackOptions, startStack, type TestStack } from './stack.ts'

const START_MS = 120_000
const STOP_MS = 90_000

/**
 * One stack for the tests of a file: started before them, stopped after them, its logs shown when one of them fails.
 * Call it at the top of the file or of a `describe`.
 * @returns gives the stack, within tests and hooks
 */
export function useStack(options: StackOptions | (() => StackOptions) = {}): () => TestStack {
  let stack: TestStack | undefined
  beforeAll(async () => {
    stack = await startStack(typeof options === 'function' ? options() : options)
  }, START_MS)
  afterEach(({ task }) => {
    if (task.result?.state === 'fail' && stack) console.error(logsOf(stack.dir))
  })
  afterAll(() => stack?.stop(), STOP_MS)
  return () => {
    if (!stack) throw new Error('the stack runs only within tests and hooks')
    return stack
  }
}
