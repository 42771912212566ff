import type { Reason } from '@commonstream/schemas'
import type { Taking } from '../taking.ts'
import { LIMITS } from './limits.ts'
import { Problem, type RefusedItem } from './problem.ts'

const WHOLE: Partial<Record<Reason, 'forbidden' | 'too-large' | 'bad-request'>> = {
  not_approved: 'forbidden',
  not_yours: 'forbidden',
  too_large: 'too-large',
  undecodable: 'bad-request',
}

/** What a platform is told once everything is in Kafka: how many readings were stored, or the problem with the others. */
export function verdictOf({ readings, events, refused }: Taking): { readonly accepted: number } | Problem {
  if (refused.length === 0) return { accepted: events }
  const [first] = refused
  if (first !== undefined && first.index === null) {
    const { reason, detail } = first.refusal
    return new Problem(WHOLE[reason] ?? 'readings-refused', detail, { more: { accepted: 0, reason } })
  }
  const errors: RefusedItem[] = refused.slice(0, LIMITS.errors).map(({ refusal, index }) => {
    const reading = (index ?? 0) + 1
    return { reading, reason: refusal.reason, detail: refusal.detail.replace(`reading ${reading}: `, '') }
  })
  const detail = `${refused.length} of ${readings} readings were refused; the others are stored and need not be sent again`
  const kind = events === 0 && refused.every(({ refusal }) => refusal.reason === 'not_yours') ? 'forbidden' : 'readings-refused'
  return new Problem(kind, detail, { more: { accepted: events, refused: refused.length, errors } })
}
