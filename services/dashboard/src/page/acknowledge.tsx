import { useState } from 'preact/hooks'
import { acknowledge } from '../ask/acknowledge.ts'
import type { Words } from '../words/en.ts'
import { useKept } from './use-kept.ts'

/** One press and a name: somebody takes an alert on. The name is kept for the next one, as long as the tab is open. */
export function Acknowledge(o: { alert: string; token: string; words: Words; onDone: () => void }) {
  const { words } = o
  const [open, setOpen] = useState(false)
  const [failed, setFailed] = useState(false)
  const [name, setName] = useKept(() => sessionStorage, 'name')
  const send = (event: Event) => {
    event.preventDefault()
    const by = name?.trim() ?? ''
    if (by === '') return
    void acknowledge(o.alert, by, o.token).then((done) => {
      setFailed(!done)
      if (done) o.onDone()
    })
  }
  if (!open) {
    return (
      <button type="button" class="button" onClick={() => setOpen(true)}>
        {words.alerts.acknowledge}
      </button>
    )
  }
  return (
    <form class="take" onSubmit={send}>
      <input
        type="text"
        aria-label={words.alerts.by}
        placeholder={words.alerts.by}
        maxLength={100}
        required
        value={name ?? ''}
        onInput={(e) => setName(e.currentTarget.value)}
      />
      <button type="submit" class="button main">
        {words.alerts.send}
      </button>
      {failed && <span role="alert">{words.alerts.failed}</span>}
    </form>
  )
}
