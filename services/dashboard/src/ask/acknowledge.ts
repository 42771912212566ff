/** Tells the query service that somebody takes care of an alert; false where it refuses or does not answer. */
export async function acknowledge(alert: string, by: string, token: string): Promise<boolean> {
  const answer = await fetch(`/v1/alerts/${encodeURIComponent(alert)}/acknowledgement`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ by }),
  }).catch(() => null)
  return answer?.ok === true
}
