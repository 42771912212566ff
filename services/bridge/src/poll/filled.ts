import { SECRET } from '@commonstream/schemas/contract/read-http.ts'

/** A text of a contract with what the environment holds for it. */
export type Filled = { readonly text: string } | { readonly missing: string }

/**
 * Fills the {CITY_SECRET_…} of a text.
 * @param encode how a value is written where it goes: in a query it must not end it
 */
export function filled(text: string, secret: (name: string) => string | undefined, encode: (value: string) => string): Filled {
  let missing: string | null = null
  const out = text.replaceAll(SECRET, (_, name: string) => {
    const value = secret(name)
    if (value === undefined || value === '') missing = name
    return encode(value ?? '')
  })
  return missing === null ? { text: out } : { missing }
}
