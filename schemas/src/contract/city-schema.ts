import Type, { type Static } from 'typebox'

/** `city.yaml` as it is written. */
export const citySchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    zone: Type.String({ minLength: 1, description: 'IANA time zone' }),
    languages: Type.Array(Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]+)*$' }), { minItems: 1 }),
    publisher: Type.Object(
      { name: Type.String({ minLength: 1 }), contact: Type.String({ pattern: '^(mailto:|https?://).+' }) },
      { additionalProperties: false },
    ),
    baseUrl: Type.Optional(
      Type.String({ pattern: '^https?://[^/]+$', description: 'Where the query service is reached, without a slash at the end' }),
    ),
    licence: Type.String({ minLength: 1, description: 'Licence of streams that name none' }),
    first: Type.Optional(
      Type.Array(Type.String(), { description: 'Streams with which lists and pages begin, in this order; the others follow by name' }),
    ),
  },
  { additionalProperties: false, title: 'City' },
)

export type CityFile = Static<typeof citySchema>
