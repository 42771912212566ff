import { useCallback, useEffect, useState } from 'preact/hooks'
import { type Address, readAddress, writeAddress } from '../address/address.ts'

/** Changes parts of the address. What the reader chose can be gone back from; the page's own choices replace (`own`). */
export type Go = (change: Partial<Address>, own?: 'own') => void

/** The address bar as state. */
export function useAddress(): [Address, Go] {
  const [address, setAddress] = useState(() => readAddress(location.search))
  useEffect(() => {
    const follow = () => setAddress(readAddress(location.search))
    addEventListener('popstate', follow)
    return () => removeEventListener('popstate', follow)
  }, [])
  const go = useCallback<Go>((change, own) => {
    const next = { ...readAddress(location.search), ...change }
    const search = writeAddress(next)
    if (search !== location.search) history[own === 'own' ? 'replaceState' : 'pushState'](null, '', `${location.pathname}${search}`)
    setAddress(next)
  }, [])
  return [address, go]
}
