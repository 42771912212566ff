export {
  type Approval,
  type ApprovalState,
  approvalOf,
  approvalReason,
  approvalState,
  isApproved,
} from './contract/approval.ts'
export { Approvals, type Standing } from './contract/approvals.ts'
export { contractSchema } from './contract/contract-schema.ts'
export { assessmentAfter, decisionsOf } from './contract/decisions.ts'
export { durationMs } from './contract/duration.ts'
export { type SchemaFault, SchemaFaults } from './contract/faults.ts'
export { type Incompatibility, incompatible } from './contract/incompatible.ts'
export { nameKey, sensorFinder } from './contract/find-sensor.ts'
export { isIdentifyingName } from './contract/identifying.ts'
export { loadCity } from './contract/load-city.ts'
export { refusedFor } from './contract/read-examples.ts'
export { readSensors } from './contract/read-sensors.ts'
export { type ServiceSpan, serviceSpan } from './contract/service-span.ts'
export { readSource } from './contract/source-file.ts'
export type * from './contract/stream.ts'
export { CodecFault } from './codec/codec-fault.ts'
export { type EventCodec, eventCodec } from './codec/event-codec.ts'
export { bareSchema, EventReader, type EventVersion } from './codec/event-reader.ts'
export { type SharedTopic, type TopicCodec, topicCodec } from './codec/topic-codec.ts'
export { type AssessedScope, assessedScopeOf, beyondScope } from './derive/assessed-scope.ts'
export { asyncApiOf } from './derive/asyncapi/async-api-of.ts'
export { type Column, readingColumn, stateColumns, valueColumns } from './derive/columns.ts'
export { type Condition, compileCondition, type RuleValues, type Variables } from './derive/condition.ts'
export { type DecisionRecord, decisionDigest, parseDecisionRecord } from './derive/decision-record.ts'
export { type DocumentRecord, documentBytes, documentKey, parseDocumentRecord } from './derive/document-record.ts'
export { everFolded } from './derive/ever-folded.ts'
export { FOLD_ALGORITHMS, type FoldDocument, foldDocumentOf } from './derive/fold-document.ts'
export { keepsPoints } from './derive/keeps-points.ts'
export {
  ALERTS_TOPIC,
  DATABASE,
  DECISIONS_TOPIC,
  DOCUMENTS_TOPIC,
  INTERNAL_ALERTS_TOPIC,
  QUARANTINE_TOPIC,
  REPLAYS_TOPIC,
  eventsTopic,
  groupOf,
  tableOf,
  windowsTopic,
} from './derive/names.ts'
export { parseFoldDocument } from './derive/parse-fold-document.ts'
export { REASONS, type Reason } from './derive/reasons.ts'
export { type RegisteredVersion, registryOf } from './derive/registry.ts'
export { ruleVariables } from './derive/rule-variables.ts'
export type { TableSpec } from './derive/table-spec.ts'
export { tablesOf } from './derive/tables.ts'
export { type TopicSpec, topicsOf } from './derive/topics.ts'
export { type Units, unitsOf } from './derive/units.ts'
export { type ViewSpec, viewsOf } from './derive/views.ts'
export { noiseSd } from './disclosure/noise-sd.ts'
export { threshold } from './disclosure/threshold.ts'
export { type Change, changeOf } from './kinds/change.ts'
export type { CounterChange } from './kinds/counter.ts'
export { addPoint, comparePoints, mergePoints, type Point } from './kinds/points.ts'
export type { StateChange } from './kinds/state.ts'
