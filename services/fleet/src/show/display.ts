/** Where a display writes; a terminal redraws its lines. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface View {
  /** The lines of a terminal, redrawn in place. */
  lines(): readonly string[]
  /** The line of a log. */
  line(): string
}

const REDRAW_MS = 200
const LOG_MS = 5_000

/** Shows a view until the returned function is called: redrawn in place on a terminal, else a plain line every few seconds. */
export function display(view: View, screen: Screen): () => void {
  if (!screen.isTTY) {
    const timer = setInterval(() => screen.write(`${view.line()}\n`), LOG_MS)
    return () => clearInterval(timer)
  }
  let drawn = 0
  const draw = (): void => {
    const lines = view.lines().map((line) => line.slice(0, (screen.columns ?? 80) - 1))
    const up = drawn > 0 ? `\u001b[${drawn}A` : ''
    screen.write(`${up}${lines.map((line) => `\r\u001b[K${line}\n`).join('')}`)
    drawn = lines.length
  }
  draw()
  const timer = setInterval(draw, REDRAW_MS)
  return () => {
    clearInterval(timer)
    draw()
  }
}
