import type { TestStack } from './stack.ts'

/** What a service says of itself on `/health/ready`. */
export interface HealthAnswer<Details = unknown> {
  readonly ready: boolean
  readonly parts: readonly PartAnswer[]
  readonly details: Details
}

export interface PartAnswer {
  readonly name: string
  readonly state: string
  readonly reason: string | null
}

/** Limit of one question: a service that hangs is a failure, not a wait. */
const LIMIT_MS = 5_000

/** Asks a service of a stack how it is, ready or not. */
export async function healthOf<Details = unknown>(
  stack: TestStack,
  service: 'bridge' | 'worker' | 'query',
): Promise<HealthAnswer<Details>> {
  const response = await fetch(`${stack.url(service)}/health/ready`, { signal: AbortSignal.timeout(LIMIT_MS) })
  return (await response.json()) as HealthAnswer<Details>
}

/** GET of the query service's answer as a role. @throws when the status is not 200 */
export async function askQuery<Answer>(
  stack: TestStack,
  path: string,
  role?: keyof TestStack['tokens'],
  limitMs = LIMIT_MS,
): Promise<Answer> {
  const headers = role === undefined ? {} : { authorization: `Bearer ${stack.tokens[role]}` }
  const response = await fetch(`${stack.url('query')}${path}`, { headers, signal: AbortSignal.timeout(limitMs) })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${path} answers ${response.status}: ${text}`)
  return JSON.parse(text) as Answer
}

/** Asks the store itself; parameters as ClickHouse's `{name:Type}`. */
export async function storeRows<Row>(
  { store }: Pick<TestStack, 'store'>,
  query: string,
  params: Record<string, unknown> = {},
): Promise<Row[]> {
  return (await store.query({ query, query_params: params, format: 'JSONEachRow' })).json<Row>()
}
