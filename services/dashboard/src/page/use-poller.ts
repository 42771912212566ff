import { useEffect, useMemo, useReducer } from 'preact/hooks'
import type { Question } from '../ask/ask.ts'
import { Poller } from '../ask/poller.ts'

const EVERY_MS = 5_000

/** A poller that runs while the page is seen and redraws when an answer changes. */
export function usePoller(): Poller {
  const [, redraw] = useReducer<number, void>((n) => n + 1, 0)
  const poller = useMemo(
    () => new Poller({ everyMs: EVERY_MS, fetch: (...question) => fetch(...question), now: Date.now, onChange: () => redraw() }),
    [],
  )
  useEffect(() => {
    const follow = () => (document.hidden ? poller.stop() : poller.start())
    const again = () => poller.again()
    follow()
    document.addEventListener('visibilitychange', follow)
    addEventListener('online', again)
    return () => {
      document.removeEventListener('visibilitychange', follow)
      removeEventListener('online', again)
      poller.stop()
    }
  }, [])
  return poller
}

/** Asks these questions from now on. */
export function useQuestions(poller: Poller, questions: readonly (Question<unknown> | null)[]): void {
  const wanted = questions.filter((q) => q !== null)
  useEffect(() => poller.want(wanted), [wanted.map((q) => `${q.token ?? ''} ${q.url}`).join('\n')])
}

/** Redraws every few seconds: ages grow while nothing else changes. */
export function useTick(): void {
  const [, tick] = useReducer<number, void>((n) => n + 1, 0)
  useEffect(() => {
    const timer = setInterval(() => tick(), EVERY_MS)
    return () => clearInterval(timer)
  }, [])
}
