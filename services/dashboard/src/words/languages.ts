import { de } from './de.ts'
import { en, type Words } from './en.ts'

/** The page's languages, its own first; each has one file of texts with the same keys. */
export const LANGUAGES: readonly Words[] = [en, de]

/** The texts of a language; of the reader's languages the first that the page has, where none is chosen; else English. */
export function wordsOf(chosen: string | null, preferred: readonly string[]): Words {
  const wanted = [chosen, ...preferred].flatMap((code) => (code === null ? [] : [code.split('-')[0]]))
  return wanted.map((code) => LANGUAGES.find((words) => words.code === code)).find((words) => words !== undefined) ?? en
}
