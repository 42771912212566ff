/** Beyond this distance between Kafka's clock and ours an operator is called: event times are judged by ours. */
export const SKEW_LIMIT_MS = 5_000

/**
 * How far (ms) Kafka's append time lies outside the span in which it was made: positive when Kafka's clock is ahead of
 * this machine's, negative when behind, 0 when it may be right.
 */
export function appendSkew(appendTime: number, sentAt: number, answeredAt: number): number {
  if (appendTime > answeredAt) return appendTime - answeredAt
  return appendTime < sentAt ? appendTime - sentAt : 0
}
