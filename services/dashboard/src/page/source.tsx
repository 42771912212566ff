import { useState } from 'preact/hooks'
import { aggregatesAddress, streamAddress } from '../ask/addresses.ts'
import { type Access, aggregatesOf } from '../ask/questions.ts'
import type { Choice } from '../view/choice.ts'
import { licenceAddress } from '../view/licence.ts'
import type { Words } from '../words/en.ts'
import { saveAs } from './save.ts'

/** Where the figures come from and how to take them away: source, licence, data set, CSV, link. */
export function Source(o: { choice: Choice; sensor: string; access: Access; words: Words }) {
  const { choice, access, words } = o
  const { stream } = choice
  const licence = stream.licence === null ? null : licenceAddress(stream.licence)
  return (
    <div class="source">
      <ul class="actions">
        <Csv
          url={aggregatesAddress(aggregatesOf(choice, o.sensor, access.view), 'csv')}
          name={`${stream.name}-${o.sensor}.csv`}
          label={words.source.download}
          access={access}
          words={words}
        />
        <Csv
          url={aggregatesAddress(aggregatesOf(choice, null, access.view), 'csv')}
          name={`${stream.name}-all.csv`}
          label={words.source.others}
          access={access}
          words={words}
        />
        <li>
          <CopyLink words={words} />
        </li>
      </ul>
      <p class="small quiet">
        {words.source.by(stream.organisation)} · {words.source.licence}:{' '}
        {stream.licence === null ? words.source.none : licence === null ? stream.licence : <a href={licence}>{stream.licence}</a>} ·{' '}
        <a href={streamAddress(stream.name)}>{words.source.data}</a>
      </p>
    </div>
  )
}

/** A link for the public; operations' figures need their token, which a link cannot send. */
function Csv({ url, name, label, access, words }: { url: string; name: string; label: string; access: Access; words: Words }) {
  const [failed, setFailed] = useState(false)
  const { token } = access
  if (token === null) {
    return (
      <li>
        <a class="button" href={url} download={name}>
          {label}
        </a>
      </li>
    )
  }
  const save = () => void saveAs(url, name, token).then((saved) => setFailed(!saved))
  return (
    <li>
      <button type="button" class="button" onClick={save}>
        {label}
      </button>
      {failed && <span role="alert"> {words.source.failed}</span>}
    </li>
  )
}

function CopyLink({ words }: { words: Words }) {
  const [copied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(location.href).then(
      () => setCopied(true),
      // A browser that forbids the clipboard: the address bar has the same link.
      () => setCopied(false),
    )
  return (
    <button type="button" class="button" onClick={() => void copy()} onBlur={() => setCopied(false)}>
      <span aria-live="polite">{copied ? words.source.copied : words.source.link}</span>
    </button>
  )
}
