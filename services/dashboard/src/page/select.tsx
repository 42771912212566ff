/** One choice of many, as the browser's own list. */
export function Select<T extends string>(o: {
  label: string
  value: T
  choices: readonly { value: T; label: string }[]
  onChoose: (value: T) => void
}) {
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
