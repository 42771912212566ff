import { useEffect } from 'preact/hooks'
import type { Words } from '../words/en.ts'
import { wordsOf } from '../words/languages.ts'
import { useKept } from './use-kept.ts'

export const THEMES = ['auto', 'light', 'dark'] as const

export type Theme = (typeof THEMES)[number]

export interface Look {
  readonly words: Words
  readonly language: string
  readonly setLanguage: (language: string) => void
  readonly theme: Theme
  readonly setTheme: (theme: Theme) => void
}

/** The reader's language and colours: as the browser says, until the reader says otherwise. */
export function useLook(): Look {
  const [keptLanguage, setLanguage] = useKept(() => localStorage, 'language')
  const [keptTheme, setTheme] = useKept(() => localStorage, 'theme')
  const words = wordsOf(keptLanguage, navigator.languages)
  const theme = THEMES.find((t) => t === keptTheme) ?? 'auto'
  useEffect(() => {
    document.documentElement.lang = words.code
  }, [words])
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  return { words, language: words.code, setLanguage, theme, setTheme: (next) => setTheme(next === 'auto' ? null : next) }
}
