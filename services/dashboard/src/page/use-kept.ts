import { useCallback, useState } from 'preact/hooks'

/** A text kept by the browser under a key; null when nothing is kept, or the browser keeps nothing (private modes). */
export function useKept(storage: () => Storage, key: string): [string | null, (value: string | null) => void] {
  const [value, setValue] = useState(() => tried(() => storage().getItem(key)))
  const keep = useCallback((next: string | null) => {
    tried(() => (next === null ? storage().removeItem(key) : storage().setItem(key, next)))
    setValue(next)
  }, [])
  return [value, keep]
}

function tried<T>(use: () => T): T | null {
  try {
    return use()
  } catch (error) {
    // A browser that forbids storage throws here: the choice then lives as long as the page.
    if (error instanceof DOMException) return null
    throw error
  }
}
