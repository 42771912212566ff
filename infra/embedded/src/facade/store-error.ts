/** An error as ClickHouse words it, with ClickHouse's code, so that its clients recognise it. */
export class StoreError extends Error {
  readonly code: number

  constructor(code: number, name: string, message: string) {
    super(`Code: ${code}. DB::Exception: ${message} (${name})`)
    this.code = code
  }
}

/** The code of an exception that has none of ours and none of the engine's: ClickHouse's UNKNOWN_EXCEPTION. */
const UNKNOWN_EXCEPTION = 1002

/** What the asker can mend is 400 to 413; the rest is the store's. */
const STATUS: ReadonlyMap<number, number> = new Map([
  ...[6, 16, 26, 27, 36, 41, 43, 46, 47, 48, 53, 62, 70, 72, 115, 117, 386, 456, 457].map((code) => [code, 400] as const),
  ...[60, 81].map((code) => [code, 404] as const),
  ...[164, 497, 516].map((code) => [code, 403] as const),
  [202, 503],
  [307, 413],
])

/** ClickHouse's code of anything thrown while a statement ran: our own, the engine's, or the one in the message. */
export function codeOf(error: unknown): number {
  if (error instanceof StoreError) return error.code
  const code = (error as { clickhouseCode?: unknown }).clickhouseCode
  if (typeof code === 'number') return code
  const match = /Code: (\d+)/.exec(error instanceof Error ? error.message : String(error))
  return match ? Number(match[1]) : UNKNOWN_EXCEPTION
}

/** The HTTP status that goes with a ClickHouse code. */
export function statusOf(code: number): number {
  return STATUS.get(code) ?? 500
}

/** The body of an error's answer, on one line that starts with its code. */
export function wordingOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.startsWith('Code:') ? message : `Code: ${codeOf(error)}. DB::Exception: ${message}`
}
