import type { AlertAnswer } from '../answers/answers.ts'
import type { SensorNow } from '../view/sensor.ts'
import type { Words } from '../words/en.ts'
import type { Figures } from '../words/figures.ts'
import { Acknowledge } from './acknowledge.tsx'

/** The alerts that are firing now, the newest first. */
export function AlertsCard(o: {
  alerts: readonly AlertAnswer[]
  sensors: readonly SensorNow[]
  now: number
  words: Words
  figures: Figures
  onChoose: (sensor: string) => void
  token: string | null
  again: () => void
}) {
  const { words, figures } = o
  const names = new Map(o.sensors.map((s) => [s.id, s.name]))
  const sorted = o.alerts.toSorted((a, b) => b.since - a.since)
  return (
    <section class="card alerts" id="alerts" aria-labelledby="alerts-title">
      <h2 id="alerts-title">{words.alerts.title}</h2>
      {sorted.length === 0 && <p class="quiet">{words.alerts.none}</p>}
      <ul>
        {sorted.map((alert) => {
          const name = names.get(alert.subject) ?? alert.subject
          const age = figures.ago(o.now - alert.since) ?? words.time.now
          return (
            <li key={alert.id} class={`alert ${alert.severity}`}>
              <button type="button" onClick={() => o.onChoose(alert.subject)} title={words.alerts.show(name)}>
                <span class="alert-title">{alert.title}</span>
                <span>{name}</span>
                <span class="small quiet">
                  {words.alerts.severity[alert.severity] ?? alert.severity} · {words.alerts.since(figures.moment(alert.since), age)}
                </span>
              </button>
              {alert.acknowledged !== null && (
                <p class="small">{words.alerts.acknowledged(alert.acknowledged.by ?? '', figures.moment(alert.acknowledged.at))}</p>
              )}
              {alert.acknowledged === null && o.token !== null && (
                <Acknowledge alert={alert.id} token={o.token} words={words} onDone={o.again} />
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
