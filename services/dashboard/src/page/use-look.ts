import { useEffect } from 'preact/hooks'
import type { Words } from '../words/en.ts'
import { wordsOf } from '../words/languages.ts'
import type { Theme } from './head.tsx'
import { useKept } from './use-kept.ts'

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
  const theme: Theme = keptTheme === 'light' || keptTheme === 'dark' ? keptTheme : 'auto'
  useEffect(() => {
    document.documentElement.lang = words.code
  }, [words])
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  return { words, language: words.code, setLanguage, theme, setTheme: (next) => setTheme(next === 'auto' ? null : next) }
}
