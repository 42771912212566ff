import { Segments } from './segments.tsx'
import { Select } from './select.tsx'

/** More choices than these do not fit beside each other. */
const FEW = 4

/** One choice: of few beside each other, of many from a list. */
export function Pick<T extends string>(o: {
  name: string
  legend: string
  value: T
  choices: readonly { value: T; label: string; title?: string }[]
  onChoose: (value: T) => void
}) {
  return o.choices.length > FEW ? <Select {...o} label={o.legend} /> : <Segments {...o} />
}
