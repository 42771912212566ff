import { useEffect } from 'preact/hooks'
import type { Address } from '../address/address.ts'
import { Body } from './body.tsx'
import { Head } from './head.tsx'
import { Hatch } from './mark.tsx'
import { Notices } from './notices.tsx'
import { TokenDialog } from './token-dialog.tsx'
import { useAddress } from './use-address.ts'
import { useCity } from './use-city.ts'
import { useLook } from './use-look.ts'
import { useToken } from './use-token.ts'

/** A stream's own choices do not fit another stream. */
const anew = (stream: string): Partial<Address> => ({ stream, sensor: null, measure: null, range: null, until: null })

/** The whole page. */
export function App() {
  const look = useLook()
  const { words } = look
  const [address, go] = useAddress()
  const { token, refused, enter, forget, refuse } = useToken()
  const city = useCity(address, token, words, go)
  const isRefused = city.outage?.sort === 'refused' && token !== null
  useEffect(() => {
    if (isRefused) refuse()
  }, [isRefused])
  const name = city.catalogue?.city ?? words.name
  const title = city.choice === null ? name : `${city.choice.stream.title} · ${name}`
  useEffect(() => {
    document.title = title
  }, [title])
  const toPublic = () => go({ view: 'public' })
  const leave = () => {
    forget()
    toPublic()
  }
  return (
    <>
      <a class="skip" href="#figures">
        {words.skip}
      </a>
      <Hatch />
      <Head
        city={city}
        name={name}
        look={look}
        view={address.view}
        onStream={(stream) => go(anew(stream))}
        onView={(view) => go({ view })}
      />
      <main id="figures" class={city.outage !== null && city.outage.sort !== 'busy' ? 'stale' : ''} tabIndex={-1}>
        <Notices city={city} words={words} onForget={leave} />
        <Body city={city} words={words} go={go} />
      </main>
      {address.view === 'internal' && token === null && <TokenDialog refused={refused} words={words} onToken={enter} onCancel={toPublic} />}
    </>
  )
}
