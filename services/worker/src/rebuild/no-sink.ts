import type { FoldSink } from '../fold/types.ts'

const never = () => {
  throw new Error('a warm-up folds nothing')
}

/** Of a fold that only holds a state, and is given no record. */
export const NO_SINK: FoldSink = {
  reading: never,
  window: never,
  withhold: never,
  transition: never,
  reject: never,
  documentRefused: never,
  chunkEnd: never,
}
