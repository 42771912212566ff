import { createLog, createTelemetry, healthServer, PartBoard, runService } from '@commonstream/runtime'
import { readConfig } from './config.ts'
import { buildWorker } from './worker.ts'

const config = readConfig()
const log = createLog('worker', config.logLevel)
const board = new PartBoard()
const telemetry = createTelemetry('worker')
const signal: { fail?: (error: unknown) => void } = {}
const worker = await buildWorker({ config, board, log, telemetry, fail: (error) => signal.fail?.(error) })
const health = healthServer({ service: 'worker', host: config.host, port: config.port, board, telemetry, details: () => worker.details() })
await runService({ name: 'worker', parts: [health, ...worker.parts], board, log, signal })
