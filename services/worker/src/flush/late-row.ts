import type { Figures } from '../fold/figures.ts'
import type { Changes, WindowRow } from '../fold/types.ts'

/** The row of a closed window of an unprotected stream that a late event revised. */
export function lateRow(
  { sensor, start, sizeMs, rev, bridges, properties }: Pick<WindowRow, 'sensor' | 'start' | 'sizeMs' | 'rev' | 'bridges' | 'properties'>,
  figures: Figures,
  changes: Changes | null,
): WindowRow {
  const place = { sensor, start, sizeMs, rev, bridges, properties }
  return { ...place, status: 'ok', origin: 'late', policy: 0, noiseSd: 0, figures, changes, released: null, replayed: false }
}
