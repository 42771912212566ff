export type * from './contract/stream.ts'
export { FOLD_ALGORITHM, type FoldDocument, foldDocumentOf } from './derive/fold-document.ts'
export { REASONS, type Reason } from './derive/reasons.ts'
