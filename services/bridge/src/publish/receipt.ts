/**
 * Whoever waits for a message to be safe. Each record that a message becomes raises `pending`; each that Kafka
 * acknowledges lowers it; at zero `settle` is called, once.
 */
export interface Receipt {
  pending: number
  settle(): void
}
