import { CityError } from '@commonstream/runtime/errors.ts'
import { stackConfig } from './config.ts'
import { runStack } from './stack/run-stack.ts'

// `make stack`: the embedded servers and every service, in the foreground.
try {
  await runStack(stackConfig(), console.log)
} catch (error) {
  if (!(error instanceof CityError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
