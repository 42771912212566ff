import type { FoldDocument } from '@commonstream/schemas'
import type { Documents, Span } from './documents.ts'
import type { Windows } from './windows.ts'

/** What closing needs of the fold that it is part of. */
export interface Closing {
  readonly documents: Documents
  readonly windows: Windows
  /** A watermark that jumps by more than this closes the gap as one range without data (protocol section 7). */
  readonly gapMs: number
  /** Publishes a range without data. */
  readonly closeGap: (from: number, to: number, offset: number) => void
  /** Publishes the windows of one span; the fold's own way for protected and unprotected streams. */
  readonly closeOne: (document: FoldDocument, span: Span, offset: number) => void
}

/**
 * Closes, in time order, every window whose end + lateness the watermark passed. Returns the new frontier: the start of
 * the first window that is not closed. `frontier` is null before the first tick ever.
 */
export function closeWindows(
  c: Closing,
  frontier: number | null,
  offset: number,
  before: number | null,
  now: number,
  isProtected: boolean,
): number {
  if (frontier === null) return firstFrontier(c, offset, now, isProtected)
  const to = reach(c.documents, frontier, now)
  const gap = before !== null && now - before > c.gapMs
  if (gap && to > frontier) c.closeGap(frontier, to, offset)
  if (gap && isProtected) {
    for (const start of c.windows.starts(frontier, to)) c.windows.close(start)
    return to
  }
  for (let at = frontier; at < to; ) {
    const document = c.documents.at(at)
    const span = c.documents.window(at)
    if (!gap || c.windows.starts(at, at + 1).length > 0) c.closeOne(document, span, offset)
    c.windows.close(span.start)
    at = span.start + span.sizeMs
  }
  return to
}

/**
 * At the first tick of a partition nobody knows what was before it. An unprotected stream publishes what it has of the
 * windows that are over; a protected one, whose empty windows mean zero, begins with the first window that the bridges
 * saw from its start.
 */
function firstFrontier(c: Closing, offset: number, now: number, isProtected: boolean): number {
  if (isProtected) {
    const at = Math.max(now, c.documents.at(now).disclosure?.from ?? 0)
    const span = c.documents.window(at)
    return span.start === at ? at : span.start + span.sizeMs
  }
  // Lateness is a window's own: what may still be open is found going forward from where nothing is.
  const frontier = reach(c.documents, c.documents.window(now - c.documents.longestMs).start, now)
  for (const start of c.windows.starts(Number.NEGATIVE_INFINITY, frontier)) {
    c.closeOne(c.documents.at(start), c.documents.window(start), offset)
    c.windows.close(start)
  }
  return frontier
}

/** The frontier that a watermark reaches from `frontier`. */
function reach(documents: Documents, frontier: number, now: number): number {
  let at = frontier
  for (;;) {
    const { latenessMs } = documents.at(at)
    const span = documents.window(at)
    const end = span.start + span.sizeMs
    if (end + latenessMs > now) return at
    at = end
  }
}
