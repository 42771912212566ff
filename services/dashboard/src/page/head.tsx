import type { View } from '../address/address.ts'
import { LANGUAGES } from '../words/languages.ts'
import type { Words } from '../words/en.ts'
import { Pick } from './pick.tsx'
import { Segments } from './segments.tsx'
import { Select } from './select.tsx'
import type { City } from './use-city.ts'
import { type Look, THEMES } from './use-look.ts'

interface HeadProps {
  readonly city: City
  /** The city's name. */
  readonly name: string
  readonly look: Look
  readonly view: View
  readonly onStream: (stream: string) => void
  readonly onView: (view: View) => void
}

/** The page's head: what is measured, whose view, language and colours. */
export function Head({ city, name, look, view, onStream, onView }: HeadProps) {
  const { words, language, theme } = look
  const { head } = words
  const languages = LANGUAGES.map((l) => ({ value: l.code, label: l.language }))
  const themes = THEMES.map((value) => ({ value, label: head[value] }))
  return (
    <header class="head">
      <a class="brand" href="/">
        <Emblem />
        {name}
      </a>
      {city.choice !== null && (
        <Pick
          name="stream"
          legend={head.streams}
          value={city.choice.stream.name}
          choices={(city.catalogue?.streams ?? []).map((s) => ({ value: s.name, label: s.title }))}
          onChoose={onStream}
        />
      )}
      <div class="head-end">
        <Segments name="view" legend={head.view} value={view} choices={viewsOf(words)} onChoose={onView} />
        <Select label={head.language} value={language} choices={languages} onChoose={look.setLanguage} />
        <Select label={head.theme} value={theme} choices={themes} onChoose={look.setTheme} />
      </div>
    </header>
  )
}

function viewsOf({ head }: Words): { value: View; label: string; title: string }[] {
  return [
    { value: 'public', label: head.publicShort, title: head.public },
    { value: 'internal', label: head.internalShort, title: head.internal },
  ]
}

function Emblem() {
  return (
    <svg class="emblem" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <path d="M2 8c4-4 6 4 10 0s6 4 10 0M2 15c4-4 6 4 10 0s6 4 10 0" />
    </svg>
  )
}
