/**
 * e^(−numerator/denominator) as an integer in units of 2^−bits, wrong by less than two units. Integers only: the
 * argument is halved until Taylor's series is short, the result squared as often; guard bits take up what that loses.
 * @param numerator not negative
 * @param denominator positive
 */
export function negativeExponential(numerator: bigint, denominator: bigint, bits: number): bigint {
  let halvings = 0
  while (numerator << 8n > denominator << BigInt(halvings)) halvings++
  const precision = BigInt(bits + halvings + 32)
  const divisor = denominator << BigInt(halvings)
  const one = 1n << precision
  let series = 0n
  for (let term = one, k = 1n; term > 0n; k++) {
    series += term
    term = (term * numerator) / (divisor * k)
  }
  let value = (one << precision) / series
  for (let i = 0; i < halvings; i++) value = (value * value) >> precision
  return value >> (precision - BigInt(bits))
}
