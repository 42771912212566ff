import { CityError, createLog, PartBoard, reasonOf, runService } from '@commonstream/runtime'
import { bridgeParts } from './bridge.ts'
import { bridgeConfig } from './config.ts'

const signal: { fail?: (error: unknown) => void } = {}
const early = createLog('bridge')
try {
  const config = bridgeConfig()
  const log = createLog('bridge', config.logLevel)
  const board = new PartBoard()
  const parts = await bridgeParts(config, board, log, (error) => signal.fail?.(error))
  await runService({ name: 'bridge', parts, board, log, signal })
} catch (error) {
  early.fatal({ code: error instanceof CityError ? error.code : 'OURS', reason: reasonOf(error) }, 'the bridge cannot start')
  process.exit(1)
}
