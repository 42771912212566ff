import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import { documentsQuestion } from './questions/folded-since.ts'
import { importedSpanQuestion } from './questions/imported-span.ts'
import { aggregatesRoute } from './routes/aggregates.ts'
import { alertsRoutes } from './routes/alerts.ts'
import type { App, Context, Deps } from './routes/context.ts'
import { decisionsRoute } from './routes/decisions.ts'
import { describe } from './routes/describe.ts'
import { healthRoutes } from './routes/health.ts'
import { latestRoutes } from './routes/latest.ts'
import { measure } from './routes/measure.ts'
import { pageRoutes } from './routes/page.ts'
import { answerProblems } from './routes/problems.ts'
import { readingsRoute } from './routes/readings.ts'
import { schemasRoute } from './routes/schemas.ts'
import { secure } from './routes/secure.ts'
import { statusRoute } from './routes/status.ts'
import { stewardRoutes } from './routes/steward.ts'
import { streamsRoutes } from './routes/streams.ts'
import { Flights } from './store/flights.ts'
import { GapBook } from './store/gap-book.ts'
import { RegisterBook } from './store/register-book.ts'
import { RowBook } from './store/row-book.ts'
import { Versions } from './store/stream-version.ts'

const BODY_LIMIT = 16_384

/** Registers change with `make apply`, a few times a year: a minute is soon enough. */
const REGISTER_HOLD_MS = 60_000

/** The query service without a listening socket: every route over the store of `deps`. */
export async function build(deps: Deps): Promise<App> {
  const { store } = deps
  const books = {
    versions: new Versions(store, deps.holdMs),
    gaps: new GapBook(store),
    documents: new RowBook(store, deps.holdMs, documentsQuestion),
    imported: new RowBook(store, deps.holdMs, importedSpanQuestion),
    register: new RegisterBook(store, deps.holdMs === 0 ? 0 : REGISTER_HOLD_MS),
  }
  const context: Context = { standing: (stream) => stream, ...deps, flights: new Flights(), ...books }
  const logger: FastifyBaseLogger = context.log
  const app: App = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: 200 },
  })
  // Parameters are checked by the questions, which tell every fault at once; the schemas describe them.
  app.setValidatorCompiler(() => () => true)
  answerProblems(app)
  measure(app, context)
  await secure(app, context)
  await describe(app, context)
  for (const routes of [
    streamsRoutes,
    decisionsRoute,
    aggregatesRoute,
    latestRoutes,
    readingsRoute,
    alertsRoutes,
    stewardRoutes,
    statusRoute,
    schemasRoute,
    healthRoutes,
  ])
    routes(app, context)
  await pageRoutes(app, context)
  await app.ready()
  return app
}
