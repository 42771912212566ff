import path from 'node:path'
import { type Part, PartBoard, cityClock, createLog, createStore, createTelemetry, runService } from '@commonstream/runtime'
import { Approvals, loadCity } from '@commonstream/schemas'
import { readTokens } from './access/roles.ts'
import { build } from './app.ts'
import { queryConfig } from './config.ts'
import { createServices } from './routes/services.ts'
import { createQueryStore } from './store/store.ts'

/** How soon a withdrawal in a contract shows. */
const APPROVALS_MS = 5_000

const config = queryConfig()
const log = createLog('query', config.logLevel)
const clock = cityClock(config.clock.spec, config.clock.origin)

const http: Part = {
  name: 'http',
  async start() {
    const city = await loadCity(config.schemas)
    const approvals = new Approvals(config.schemas, city.streams)
    const look = () => {
      for (const reason of approvals.look()) log.warn({ reason }, 'a contract cannot be read; what it said before holds')
    }
    look()
    const timer = setInterval(look, APPROVALS_MS)
    const tokens = readTokens(path.join(config.dataDir, 'tokens.json'))
    if (tokens === null) log.warn('no tokens.json: nobody has a role')
    const telemetry = createTelemetry('query')
    const store = createQueryStore(createStore(config.store), telemetry)
    const services = createServices({ addresses: config.services, store, storeUrl: config.store.url, clock })
    const app = await build({
      city,
      store,
      clock,
      tokens,
      telemetry,
      log,
      holdMs: config.holdMs,
      services,
      ratePerMinute: config.ratePerMinute,
      page: config.page,
      standing: (stream) => approvals.of(stream),
    })
    await app.listen({ host: config.host, port: config.port })
    log.info({ host: config.host, port: config.port }, 'listening')
    return async () => {
      clearInterval(timer)
      await app.close()
      await store.close()
    }
  },
}

await runService({ name: 'query', parts: [http], board: new PartBoard(clock.real), log })
