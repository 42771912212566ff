import type { Contract } from './contract-schema.ts'
import { durationMs } from './duration.ts'
import type { Path, SourceFile } from './source-file.ts'
import type { Stream } from './stream.ts'

type Durations = Pick<Stream, 'time' | 'retention' | 'window'> & { readonly everyMs: number }

/** Every duration of a contract in milliseconds; the ones that are none are reported and count as 0. */
export function durationsOf(contract: Contract, source: SourceFile): Durations {
  const ms = (text: string, path: Path): number => {
    const value = durationMs(text)
    if (value === null) source.fault(path, `"${text}" is no usable duration; write PT15M, P3D or P10Y (months have no fixed length)`)
    return value ?? 0
  }
  const { time, retention } = contract
  return {
    everyMs: ms(contract.source.every, ['source', 'every']),
    time: {
      zone: time.zone,
      aheadMs: ms(time.ahead, ['time', 'ahead']),
      behindMs: ms(time.behind, ['time', 'behind']),
      latenessMs: ms(time.lateness, ['time', 'lateness']),
      catchUpMs: ms(time.catchUp, ['time', 'catchUp']),
    },
    window: { sizeMs: ms(contract.windows.size, ['windows', 'size']) },
    retention: {
      topicMs: ms(retention.topic, ['retention', 'topic']),
      readingsMs: ms(retention.readings, ['retention', 'readings']),
      partialsMs: ms(retention.partials, ['retention', 'partials']),
      windowsMs: ms(retention.windows, ['retention', 'windows']),
    },
  }
}
