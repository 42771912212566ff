import type { TObject } from 'typebox'
import type { FastifyRequest } from 'fastify'
import { INTERNAL_MS, allowOnly } from '../access/rights.ts'
import { badParameters } from '../problem.ts'
import { AccountingParameters, accountingQuestion } from '../questions/accounting.ts'
import type { Fault } from '../questions/fault.ts'
import { LedgerParameters, ledgerQuestion } from '../questions/ledger.ts'
import { readInstant, readParameters, readRange } from '../questions/parameters.ts'
import { QuarantineParameters, quarantineQuestion } from '../questions/quarantine.ts'
import { type App, type Context, streamsOf } from './context.ts'
import { PROBLEMS } from './shapes.ts'

const ROWS = { type: 'object', properties: { rows: { type: 'array', items: { type: 'object', additionalProperties: true } } } }

/** `GET /v1/accounting`, `/v1/ledger` and `/v1/quarantine`: what arrived, what is certified, what was refused. */
export function stewardRoutes(app: App, context: Context): void {
  const optionsOf = (summary: string, querystring: TObject) => ({
    schema: { summary: `${summary} (steward)`, tags: ['steward'], querystring, response: { 200: ROWS, ...PROBLEMS } },
  })
  app.get('/v1/accounting', optionsOf('What arrived of each sensor by the hour', AccountingParameters), (request) =>
    accounting(context, request),
  )
  app.get('/v1/ledger', optionsOf('The chunks that are certified to be in the results', LedgerParameters), (request) =>
    ledger(context, request),
  )
  app.get('/v1/quarantine', optionsOf('Messages that were refused, and why', QuarantineParameters), (request) =>
    quarantine(context, request),
  )
}

async function accounting({ city, store, clock }: Context, request: FastifyRequest) {
  const values = readStewards(request, AccountingParameters)
  const streams = streamsOf(city, values.stream)
  // Hours of arrival are the broker's, so they are compared with the machine's clock, in a replay too.
  const { range, faults } = readRange(values, clock.real())
  if (faults.length > 0) throw badParameters(faults)
  return { rows: await store.ask(accountingQuestion(streams, range, clock.real() - INTERNAL_MS, values.limit ?? 10_000)) }
}

async function ledger({ city, store, clock }: Context, request: FastifyRequest) {
  const values = readStewards(request, LedgerParameters)
  const streams = streamsOf(city, values.stream)
  return { rows: await store.ask(ledgerQuestion(streams, openRange(values), clock.real() - INTERNAL_MS, values.limit ?? 1_000)) }
}

async function quarantine({ city, store }: Context, request: FastifyRequest) {
  const values = readStewards(request, QuarantineParameters)
  streamsOf(city, values.stream)
  const { stream = null, reason = null, limit = 1_000 } = values
  return { rows: await store.ask(quarantineQuestion({ stream, reason, ...openRange(values), limit })) }
}

function readStewards<T extends TObject>(request: FastifyRequest, schema: T) {
  allowOnly(request.role, ['steward'], 'This')
  const { values, faults } = readParameters(schema, request.query as Record<string, unknown>)
  if (faults.length > 0) throw badParameters(faults)
  return values
}

function openRange(given: { from?: string; to?: string }): { from: number | null; to: number | null } {
  const faults: Fault[] = []
  const instant = (parameter: 'from' | 'to') => {
    const text = given[parameter]
    const read = text === undefined ? { value: null } : readInstant(parameter, text)
    if ('value' in read) return read.value
    faults.push(read.fault)
    return null
  }
  const range = { from: instant('from'), to: instant('to') }
  if (faults.length > 0) throw badParameters(faults)
  return range
}
