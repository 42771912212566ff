import type { View } from '../address/address.ts'
import type { StreamAnswer } from '../answers/answers.ts'
import { LANGUAGES } from '../words/languages.ts'
import type { Words } from '../words/en.ts'
import { Segments } from './segments.tsx'

export type Theme = 'auto' | 'light' | 'dark'

/** The page's head: what is measured, whose view, language and colours. */
export function Head(o: {
  words: Words
  streams: readonly StreamAnswer[]
  stream: string | null
  onStream: (name: string) => void
  view: View
  onView: (view: View) => void
  language: string
  onLanguage: (language: string) => void
  theme: Theme
  onTheme: (theme: Theme) => void
}) {
  const { head } = o.words
  const views: { value: View; label: string; title: string }[] = [
    { value: 'public', label: head.publicShort, title: head.public },
    { value: 'internal', label: head.internalShort, title: head.internal },
  ]
  const themes: { value: Theme; label: string }[] = [
    { value: 'auto', label: head.auto },
    { value: 'light', label: head.light },
    { value: 'dark', label: head.dark },
  ]
  return (
    <header class="head">
      <a class="brand" href="/">
        <Emblem />
        {o.words.name}
      </a>
      {o.stream !== null && (
        <Segments
          name="stream"
          legend={head.streams}
          value={o.stream}
          choices={o.streams.map((s) => ({ value: s.name, label: s.title }))}
          onChoose={o.onStream}
        />
      )}
      <div class="head-end">
        <Segments name="view" legend={head.view} value={o.view} choices={views} onChoose={o.onView} />
        <Select label={head.language} value={o.language} choices={LANGUAGES.map((l) => ({ value: l.code, label: l.language }))} onChoose={o.onLanguage} />
        <Select label={head.theme} value={o.theme} choices={themes} onChoose={o.onTheme} />
      </div>
    </header>
  )
}

function Select<T extends string>(o: { label: string; value: T; choices: readonly { value: T; label: string }[]; onChoose: (value: T) => void }) {
  return (
    <label class="select">
      <span class="unseen">{o.label}</span>
      <select value={o.value} onChange={(event) => o.onChoose(event.currentTarget.value as T)}>
        {o.choices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  )
}

function Emblem() {
  return (
    <svg class="emblem" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <path d="M2 8c4-4 6 4 10 0s6 4 10 0M2 15c4-4 6 4 10 0s6 4 10 0" />
    </svg>
  )
}
