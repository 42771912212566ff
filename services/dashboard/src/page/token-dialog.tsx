import { useEffect, useRef, useState } from 'preact/hooks'
import type { Words } from '../words/en.ts'

/** Asks for operations' token. The dialog is the browser's own: focus stays inside, Escape leaves. */
export function TokenDialog(o: { refused: boolean; words: Words; onToken: (token: string) => void; onCancel: () => void }) {
  const { token } = o.words
  const dialog = useRef<HTMLDialogElement>(null)
  const [value, setValue] = useState('')
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal()
  }, [])
  const enter = (event: Event) => {
    event.preventDefault()
    if (value.trim() !== '') o.onToken(value.trim())
  }
  return (
    <dialog ref={dialog} aria-labelledby="token-title" onCancel={o.onCancel}>
      <form onSubmit={enter}>
        <h2 id="token-title">{token.title}</h2>
        <p>{token.explain}</p>
        {o.refused && (
          <p role="alert" class="broken">
            {token.refused}
          </p>
        )}
        <label>
          {token.field}
          <input type="password" autocomplete="off" spellcheck={false} value={value} onInput={(e) => setValue(e.currentTarget.value)} />
        </label>
        <div class="buttons">
          <button type="button" class="button" onClick={o.onCancel}>
            {token.cancel}
          </button>
          <button type="submit" class="button main">
            {token.enter}
          </button>
        </div>
      </form>
    </dialog>
  )
}
