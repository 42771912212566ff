import { type RegisteredVersion, registryOf } from '@commonstream/schemas'
import type { FastifyReply } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { Problem } from '../problem.ts'
import type { App, Context } from './context.ts'
import { PROBLEMS } from './shapes.ts'

/** The registry's own numbers of what is not there: its clients tell by them. */
const NO_SUBJECT = 40_401
const NO_VERSION = 40_402
const NO_SCHEMA = 40_403
const BAD_VERSION = 42_202

/** What a new version must be able to do: read what earlier ones wrote. The loader and `make apply` see to it. */
const LEVEL = 'BACKWARD'

const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json; charset=utf-8'
const SHORT = 'public, max-age=60'
/** An id never changes its meaning. */
const LONG = 'public, max-age=86400'

const Schema = Type.String({ description: 'Avro, as JSON text.' })
const VersionAnswer = Type.Object({
  subject: Type.String(),
  version: Type.Integer(),
  id: Type.Integer(),
  schemaType: Type.String(),
  schema: Schema,
})
const Names = Type.Array(Type.String())

/**
 * The Confluent registry's read API over the city's schemas, so that any consumer can decode the topics: by id, by
 * subject (`<topic>-value`) and version. Nothing is registered here: a schema comes with its contract.
 */
export function schemasRoute(app: App, { city }: Context): void {
  const all = registryOf(city)
  const route = (url: string, summary: string, answer: TSchema, hold: string, give: (params: Record<string, string>) => unknown) =>
    app.get<{ Params: Record<string, string> }>(
      url,
      { schema: { summary, tags: ['schemas'], params: paramsOf(url), response: { 200: answer, ...PROBLEMS } } },
      (request, reply) => send(reply, hold, give(request.params)),
    )
  const withId = (params: Record<string, string>) => versionsWithId(all, params['id'] as string)
  const one = (params: Record<string, string>) => versionOf(all, params['subject'] as string, params['version'] as string)

  route('/schemas/types', 'The kinds of schema', Names, LONG, () => ['AVRO'])
  route('/schemas/ids/:id', 'An Avro schema by its id', Type.Object({ schema: Schema, schemaType: Type.String() }), LONG, (params) => {
    return { schema: textOf(withId(params)[0] as RegisteredVersion), schemaType: 'AVRO' }
  })
  route('/schemas/ids/:id/schema', 'The schema itself', ANY, LONG, (params) => withId(params)[0]?.avro)
  route('/schemas/ids/:id/subjects', 'The subjects of a schema', Names, SHORT, (params) => withId(params).map((v) => v.subject))
  const Place = Type.Array(Type.Object({ subject: Type.String(), version: Type.Integer() }))
  route('/schemas/ids/:id/versions', 'The versions that are a schema', Place, SHORT, (params) =>
    withId(params).map(({ subject, version }) => ({ subject, version })),
  )
  route('/subjects', 'The subjects: a topic each', Names, SHORT, () => [...new Set(all.map((v) => v.subject))].sort())
  route('/subjects/:subject/versions', 'The versions of a subject', Type.Array(Type.Integer()), SHORT, (params) =>
    versionsOf(all, params['subject'] as string).map((v) => v.version),
  )
  route('/subjects/:subject/versions/:version', 'A version of a subject, or the latest', VersionAnswer, SHORT, (params) => {
    const { subject, version, id, ...found } = one(params)
    return { subject, version, id, schemaType: 'AVRO', schema: textOf(found) }
  })
  route('/subjects/:subject/versions/:version/schema', 'The schema of a version', ANY, SHORT, (params) => one(params).avro)
  const Level = Type.Object({ compatibilityLevel: Type.String() })
  route('/config', 'What a new version must be able to do', Level, SHORT, () => ({ compatibilityLevel: LEVEL }))
  route('/config/:subject', 'The same of a subject', Level, SHORT, (params) => {
    versionsOf(all, params['subject'] as string)
    return { compatibilityLevel: LEVEL }
  })
  route('/mode', 'Whether schemas can be registered here', Type.Object({ mode: Type.String() }), SHORT, () => ({ mode: 'READONLY' }))
}

const ANY = Type.Unsafe<unknown>({ type: 'object', additionalProperties: true })

const PARAMS: Readonly<Record<string, TSchema>> = {
  id: Type.Integer({ description: 'Schema id of a record.' }),
  subject: Type.String({ description: 'A topic and "-value".' }),
  version: Type.String({ description: 'A number, or latest.' }),
}

function paramsOf(url: string): TSchema {
  const names = [...url.matchAll(/:(\w+)/g)].map((match) => match[1] as string)
  return Type.Object(Object.fromEntries(names.map((name) => [name, PARAMS[name] as TSchema])))
}

function send(reply: FastifyReply, hold: string, answer: unknown): FastifyReply {
  return reply.header('cache-control', hold).type(MEDIA_TYPE).send(answer)
}

function textOf({ avro }: Pick<RegisteredVersion, 'avro'>): string {
  return JSON.stringify(avro)
}

function versionsWithId(all: readonly RegisteredVersion[], id: string): RegisteredVersion[] {
  const found = /^\d{1,9}$/.test(id) ? all.filter((v) => v.id === Number(id)) : []
  if (found.length === 0) throw missing(NO_SCHEMA, `There is no schema with id ${id.slice(0, 20)}`)
  return found
}

function versionsOf(all: readonly RegisteredVersion[], subject: string): RegisteredVersion[] {
  const found = all.filter((v) => v.subject === subject)
  if (found.length === 0) throw missing(NO_SUBJECT, `There is no subject ${subject.slice(0, 100)}; /subjects lists them`)
  return found
}

function versionOf(all: readonly RegisteredVersion[], subject: string, version: string): RegisteredVersion {
  const versions = versionsOf(all, subject)
  // -1 is an older name of the latest.
  if (version === 'latest' || version === '-1') return versions.at(-1) as RegisteredVersion
  if (!/^\d{1,9}$/.test(version))
    throw new Problem('bad-version', `A version is a number from 1 or latest, not ${version.slice(0, 20)}`, registryError(BAD_VERSION))
  const found = versions.find((v) => v.version === Number(version))
  if (found === undefined) throw missing(NO_VERSION, `${subject} has ${versions.length} versions, and not ${version}`)
  return found
}

function missing(code: number, detail: string): Problem {
  return new Problem('not-found', detail, registryError(code))
}

function registryError(code: number): { more: Readonly<Record<string, unknown>> } {
  return { more: { error_code: code } }
}
