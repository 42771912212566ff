import { useState } from 'preact/hooks'
import { useKept } from './use-kept.ts'

export interface TokenState {
  readonly token: string | null
  /** The last one was not accepted. */
  readonly refused: boolean
  readonly enter: (token: string) => void
  readonly forget: () => void
  /** Forgets it because the service does not accept it. */
  readonly refuse: () => void
}

/** Operations' token: kept in this tab only, until the service refuses it or its owner forgets it. */
export function useToken(): TokenState {
  const [token, setToken] = useKept(() => sessionStorage, 'token')
  const [refused, setRefused] = useState(false)
  return {
    token,
    refused,
    enter(entered) {
      setRefused(false)
      setToken(entered)
    },
    forget: () => setToken(null),
    refuse() {
      setRefused(true)
      setToken(null)
    },
  }
}
