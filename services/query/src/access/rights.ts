import type { Stream } from '@commonstream/schemas'
import { Problem } from '../problem.ts'
import type { View } from '../questions/aggregates/request.ts'
import type { Role } from './roles.ts'

/** Lets a role pass that is one of `roles`. @throws Problem 401 without a token, 403 for another role */
export function allowOnly(role: Role, roles: readonly Role[], what: string): void {
  if (roles.includes(role)) return
  const detail = `${what} is for ${roles.join(' and ')}`
  throw role === 'public'
    ? new Problem('unauthenticated', `${detail}: send Authorization: Bearer with its token`, { headers: { 'www-authenticate': 'Bearer' } })
    : new Problem('forbidden', detail)
}

/** Whom the data of a stream are for, besides the public of a public one. */
const READERS: Readonly<Record<Exclude<Stream['access']['level'], 'public'>, readonly Role[]>> = {
  restricted: ['operations', 'steward'],
  // Whoever watches over a closed stream has its catalogue entry, ledger and quarantine; its data are for those who work with them.
  closed: ['operations'],
}

/** Whether a role may see the data of a stream. */
export function maySee({ access: { level } }: Stream, role: Role): boolean {
  return level === 'public' || READERS[level].includes(role)
}

/**
 * Whether a role may ask for the data of a stream in a view. Restricted and closed streams stay in the catalogue with
 * their grounds, but their data are for roles; the internal view is for operations.
 * @throws Problem 401 or 403
 */
export function allowData(stream: Stream, role: Role, view: View): void {
  const { level, grounds } = stream.access
  if (level !== 'public') allowOnly(role, READERS[level], `The data of ${stream.name} (${level}: ${grounds ?? 'no grounds stated'})`)
  if (view === 'internal') allowOnly(role, ['operations'], 'The internal view')
}

/** Whether single readings are for the public: not of protected or personal streams, nor where published times are coarse. */
export function readingsArePublic({ disclosure, personalData, publish }: Stream): boolean {
  return disclosure === null && personalData === 'none' && publish === null
}

/** Roles see the exact values of protected streams for this long (protocol section 8.7). */
export const INTERNAL_MS = 24 * 3_600_000
