import { isMet, type Row, type Wanted } from './row.ts'

const UNITS = { perSecond: '/s', cpuPerMillion: 'CPU-s/M', p50Ms: 'ms p50', p99Ms: 'ms p99', peakMb: 'MB', ratio: '×' } as const

const COLUMNS: readonly { readonly title: string; readonly cell: (row: Row, isJudged: boolean) => string }[] = [
  { title: 'per s', cell: ({ figures }) => whole(figures.perSecond) },
  { title: 'CPU-s/M', cell: ({ figures: { cpuPerMillion: cpu = -1 } }) => (cpu < 0 ? '' : cpu < 1_000 ? cpu.toFixed(2) : whole(cpu)) },
  { title: 'per CPU-s', cell: ({ figures }) => (figures.cpuPerMillion ? whole(1e6 / figures.cpuPerMillion) : '') },
  { title: '× raw', cell: ({ figures }) => figures.ratio?.toFixed(1) ?? '' },
  { title: 'p50 ms', cell: ({ figures }) => milliseconds(figures.p50Ms) },
  { title: 'p99 ms', cell: ({ figures }) => milliseconds(figures.p99Ms) },
  { title: 'peak MB', cell: ({ figures }) => whole(figures.peakMb) },
  { title: 'load', cell: ({ load }) => load.toFixed(1) },
  { title: 'wanted', cell: (row, isJudged) => verdict(row, isJudged) },
]

/** The rows as one table, a heading per section. `isJudged`: the jobs were long enough to say whether gates are met. */
export function table(rows: readonly Row[], isJudged: boolean): string {
  const cells = rows.map((row) => [`  ${row.what}`, ...COLUMNS.map(({ cell }) => cell(row, isJudged))])
  const titles = ['', ...COLUMNS.map(({ title }) => title)]
  const widths = titles.map((title, i) => Math.max(title.length, ...cells.map((line) => (line[i] as string).length)))
  const last = titles.length - 1
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => (i === 0 || i === last ? text.padEnd(widths[i] as number) : text.padStart(widths[i] as number)))
      .join('  ')
      .trimEnd()
  const lines = [line(titles)]
  rows.forEach((row, i) => {
    if (row.section !== rows[i - 1]?.section) lines.push(row.section)
    lines.push(line(cells[i] as string[]))
  })
  return lines.join('\n')
}

function verdict(row: Row, isJudged: boolean): string {
  const wanted = row.wanted.map(textOf).join(', ')
  const met = isJudged ? isMet(row) : null
  return met === null ? wanted : `${wanted}: ${met ? 'met' : 'MISSED'}`
}

function textOf({ figure, most, kind }: Wanted): string {
  return `${kind} ≤ ${most < 100 ? Number(most.toFixed(1)) : whole(most)} ${UNITS[figure]}`
}

function whole(figure: number | undefined): string {
  return figure === undefined ? '' : Math.round(figure).toLocaleString('en')
}

function milliseconds(figure: number | undefined): string {
  return figure === undefined ? '' : figure < 10 ? figure.toFixed(1) : whole(figure)
}
