import { useEffect, useState } from 'preact/hooks'
import type { Address } from '../address/address.ts'
import { Body } from './body.tsx'
import { Head } from './head.tsx'
import { Hatch } from './mark.tsx'
import { Notices } from './notices.tsx'
import { TokenDialog } from './token-dialog.tsx'
import { useAddress } from './use-address.ts'
import { useCity } from './use-city.ts'
import { useKept } from './use-kept.ts'
import { useLook } from './use-look.ts'

/** A stream's own choices do not fit another stream. */
const anew = (stream: string): Partial<Address> => ({ stream, sensor: null, measure: null, range: null, until: null })

/** The whole page. */
export function App() {
  const look = useLook()
  const { words } = look
  const [address, go] = useAddress()
  const [token, setToken] = useKept(() => sessionStorage, 'token')
  const [refused, setRefused] = useState(false)
  const city = useCity(address, token, words, go)
  const isRefused = city.outage?.sort === 'refused' && token !== null
  useEffect(() => {
    if (!isRefused) return
    setRefused(true)
    setToken(null)
  }, [isRefused])
  const enter = (entered: string) => {
    setRefused(false)
    setToken(entered)
  }
  const stale = city.outage !== null && city.outage.sort !== 'busy'
  return (
    <>
      <a class="skip" href="#figures">
        {words.skip}
      </a>
      <Hatch />
      <Head
        words={words}
        streams={city.catalogue?.streams ?? []}
        stream={city.choice?.stream.name ?? null}
        onStream={(stream) => go(anew(stream))}
        view={address.view}
        onView={(view) => go({ view })}
        language={look.language}
        onLanguage={look.setLanguage}
        theme={look.theme}
        onTheme={look.setTheme}
      />
      <main id="figures" class={stale ? 'stale' : ''} tabIndex={-1}>
        <Notices outage={city.outage} clock={city.status?.clock ?? null} now={city.now} internal={city.access.view === 'internal'} words={words} figures={city.figures} />
        <Body city={city} words={words} go={go} />
      </main>
      {address.view === 'internal' && token === null && (
        <TokenDialog refused={refused} words={words} onToken={enter} onCancel={() => go({ view: 'public' })} />
      )}
    </>
  )
}
