/** One choice of few, as radio buttons that look like one control: arrow keys work, and readers say "1 of 3". */
export function Segments<T extends string>(o: {
  name: string
  legend: string
  value: T
  choices: readonly { value: T; label: string; title?: string; lang?: string }[]
  onChoose: (value: T) => void
}) {
  return (
    <fieldset class="segments">
      <legend class="unseen">{o.legend}</legend>
      {o.choices.map(({ value, label, title, lang }) => (
        <label key={value} title={title}>
          <input type="radio" name={o.name} value={value} checked={value === o.value} onChange={() => o.onChoose(value)} />
          <span lang={lang}>{label}</span>
        </label>
      ))}
    </fieldset>
  )
}
