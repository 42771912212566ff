import type { AlertAnswer } from './answers.ts'
import { instant, list, object, optional, text } from './shape.ts'

/** The alerts of `/v1/alerts`, in its order. @throws ShapeError */
export function readAlerts(answer: unknown): readonly AlertAnswer[] {
  return list(object(answer, 'answer')['alerts'], 'alerts').map((value, i) => {
    const path = `alerts[${i}]`
    const alert = object(value, path)
    return {
      id: text(alert['id'], `${path}.id`),
      stream: text(alert['stream'], `${path}.stream`),
      subject: text(alert['subject'], `${path}.subject`),
      severity: text(alert['severity'], `${path}.severity`),
      title: text(alert['title'], `${path}.title`),
      since: instant(alert['since'], `${path}.since`),
      acknowledged: optional(readAcknowledgement, alert['acknowledged'], `${path}.acknowledged`),
    }
  })
}

function readAcknowledgement(value: unknown, path: string): AlertAnswer['acknowledged'] {
  const acknowledged = object(value, path)
  return { by: optional(text, acknowledged['by'], `${path}.by`), at: instant(acknowledged['at'], `${path}.at`) }
}
