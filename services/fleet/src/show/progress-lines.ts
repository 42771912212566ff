import type { Progress } from '../send/tally.ts'

const BAR = 28

export interface ProgressView {
  readonly progress: Progress
  /** The city's time, epoch ms. */
  readonly now: number
  /** IANA zone in which it is shown. */
  readonly zone: string
}

/** The progress of a replay as a few lines: the city's time and the connections, then a bar per stream. */
export function progressLines(view: ProgressView): string[] {
  const width = Math.max(...view.progress.streams.map(({ stream }) => stream.length))
  const bars = view.progress.streams.map((stream) => {
    const filled = stream.sends === 0 ? BAR : Math.floor((BAR * stream.acknowledged) / stream.sends)
    return `${stream.stream.padEnd(width)}  ${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}  ${figures(stream)}`
  })
  return [`${cityTime(view)}  ${connections(view.progress)}`, ...bars]
}

/** The same in one line, for logs. */
export function progressLine(view: ProgressView): string {
  return [cityTime(view), connections(view.progress), ...view.progress.streams.map((stream) => `${stream.stream} ${figures(stream)}`)].join(
    ' · ',
  )
}

function figures({ sends, sent, acknowledged, resent }: Progress['streams'][number]): string {
  return `${grouped(sent)} sent, ${grouped(acknowledged)} of ${grouped(sends)} acknowledged${resent > 0 ? `, ${grouped(resent)} sent again` : ''}`
}

function connections({ devices, connected, fault }: Progress): string {
  return `${connected} of ${devices} devices connected${fault === null ? '' : ` (${fault})`}`
}

function cityTime({ now, zone }: ProgressView): string {
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
  return time.format(now)
}

/** 12683 → "12,683". */
export function grouped(n: number): string {
  return n.toLocaleString('en-GB')
}
