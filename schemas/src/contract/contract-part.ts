import type { Contract } from './contract-schema.ts'
import { durationsOf } from './durations-of.ts'
import { readDisclosure } from './read-disclosure.ts'
import { readHttp } from './read-http.ts'
import { readPublish } from './read-publish.ts'
import { readRules } from './read-rules.ts'
import type { SourceFile } from './source-file.ts'
import type { Property, Stream } from './stream.ts'

/** The part of a stream that its contract says; what comes from the other files is `properties`. */
export type ContractPart = Omit<
  Stream,
  'name' | 'table' | 'decisions' | 'properties' | 'sensors' | 'schemaId' | 'avro' | 'versions' | 'examples'
>

/**
 * A contract as a stream has it: durations in milliseconds, fractions as integers, defaults filled in.
 * @param licence of streams that name none
 */
export function contractPart(contract: Contract, properties: readonly Property[], licence: string, source: SourceFile): ContractPart {
  const { everyMs, ...times } = durationsOf(contract, source)
  const { access, title, description, steward, purpose, legalBasis, personalData, partitions } = contract
  const { mqtt, codec, sensors, silence, payload } = contract.source
  const http = readHttp(contract, source)
  const { disclosure, unprotected } = readDisclosure(contract.disclosure, source)
  return {
    title,
    description,
    steward,
    purpose,
    legalBasis,
    assessment: contract.assessment ?? null,
    personalData,
    access: {
      level: access.level,
      licence: access.licence ?? (access.level === 'public' ? licence : null),
      grounds: access.grounds ?? null,
    },
    source: { mqtt, ...(http && { http }), codec, sensors, everyMs, silence, ...(payload && { payload }) },
    partitions,
    ...times,
    disclosure,
    unprotected,
    publish: readPublish(contract.publish, source),
    alerts: readRules(contract, properties, disclosure !== null, source),
    contract,
  }
}
