import { createLog, createTelemetry, healthServer, PartBoard, runService } from '@commonstream/runtime'
import { loadCity } from '@commonstream/schemas'
import { readConfig } from './config.ts'
import { streamContext } from './flush/stream-context.ts'
import { realPorts } from './ports/real-ports.ts'
import { buildWorker, chosenStreams } from './worker.ts'

const config = readConfig()
const log = createLog('worker', config.logLevel)
const board = new PartBoard()
const telemetry = createTelemetry('worker')
const signal: { fail?: (error: unknown) => void } = {}
const city = await loadCity(config.schemas)
const contexts = chosenStreams(city, config.streams).map((stream) => streamContext(city, stream))
const ports = realPorts(config, log)
const worker = buildWorker({ config, city, contexts, ports, board, log, telemetry, fail: (error) => signal.fail?.(error) })
const health = healthServer({ service: 'worker', host: config.host, port: config.port, board, telemetry, details: () => worker.details() })
await runService({ name: 'worker', parts: [health, ...worker.parts], board, log, signal })
