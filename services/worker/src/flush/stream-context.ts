import {
  eventCodec,
  eventsTopic,
  groupOf,
  topicCodec,
  windowsTopic,
  type City,
  type FoldDocument,
  type Stream,
  foldDocumentOf,
} from '@commonstream/schemas'
import { partitionOf } from '@commonstream/runtime'
import { LAW, type Scale } from '../fold/scale.ts'
import { type StreamTargets, targetsOf } from './tables.ts'

/** All that is derived from a stream's contract for folding and writing it. */
export interface StreamContext {
  readonly stream: Stream
  readonly eventsTopic: string
  readonly windowsTopic: string
  readonly group: string
  readonly isProtected: boolean
  /** As the contract stands now; what is written follows the documents in the log. */
  readonly properties: FoldDocument['properties']
  /** Where rows of some properties go. */
  targets(properties: FoldDocument['properties']): StreamTargets
  readonly codec: ReturnType<typeof eventCodec>
  readonly windowCodec: ReturnType<typeof topicCodec>
  readonly alertCodec: ReturnType<typeof topicCodec>
  readonly refusedCodec: ReturnType<typeof topicCodec>
  /** The law's, but in simulations. */
  readonly scale: Scale
  /** The registered sensors of a document whose events a partition holds. */
  ownSensors(document: FoldDocument, partition: number): readonly string[]
}

export function streamContext(city: City, stream: Stream, scale: Scale = LAW): StreamContext {
  const { properties } = foldDocumentOf(stream, null)
  const owned = new WeakMap<FoldDocument, string[][]>()
  const targets = new WeakMap<FoldDocument['properties'], StreamTargets>()
  return {
    stream,
    eventsTopic: eventsTopic(stream.name),
    windowsTopic: windowsTopic(stream.name),
    group: groupOf(stream.name),
    isProtected: stream.disclosure !== null,
    properties,
    targets(of) {
      let made = targets.get(of)
      if (made === undefined) targets.set(of, (made = targetsOf(stream, of)))
      return made
    },
    codec: eventCodec(stream),
    windowCodec: topicCodec(city, 'windows'),
    alertCodec: topicCodec(city, 'alerts'),
    refusedCodec: topicCodec(city, 'quarantine'),
    scale,
    ownSensors(document, partition) {
      let split = owned.get(document)
      if (split === undefined) {
        split = Array.from({ length: stream.partitions }, () => [])
        for (const sensor of document.sensors ?? []) (split[partitionOf(sensor, stream.partitions)] as string[]).push(sensor)
        owned.set(document, split)
      }
      return split[partition] ?? []
    },
  }
}
