import { afterEach, beforeEach, expect, test } from 'vitest'
import { faultsOf } from '../support/faults-of.ts'
import { type TempCity, tempCity } from '../support/temp-city.ts'
import { loadCity } from './load-city.ts'

let city: TempCity
beforeEach(() => {
  city = tempCity()
})
afterEach(() => city.end())

const withHttp = (yaml: string) => city.edit('streams/bin-levels/contract.yaml', '  codec: json', `  http: ${yaml}\n  codec: json`)
const faults = async (yaml: string) => {
  withHttp(yaml)
  return (await faultsOf(city.dir)).map((fault) => fault.split('contract.yaml:')[1])
}

test('a feed has its durations in milliseconds and its limits', async () => {
  withHttp('{ url: "https://example.org/bins?k={CITY_SECRET_BINS}", every: PT1M, headers: { Authorization: "Bearer {CITY_SECRET_BINS}" } }')
  expect((await loadCity(city.dir)).streams.find((s) => s.name === 'bin-levels')?.source.http).toEqual({
    url: 'https://example.org/bins?k={CITY_SECRET_BINS}',
    everyMs: 60_000,
    headers: { Authorization: 'Bearer {CITY_SECRET_BINS}' },
    timeoutMs: 30_000,
    bytes: 16_777_216,
  })
})

test.each([
  ['{ url: "ftp://example.org", every: PT1M }', /"source.http.url" is not of the wanted form/],
  ['{ url: "https://a b", every: PT1M }', /is no URL/],
  ['{ url: "https://me:word@example.org/", every: PT1M }', /neither a user nor a fragment/],
  ['{ url: "https://example.org/?api_key=abc", every: PT1M }', /the value of "api_key" is a secret/],
  ['{ url: "https://{CITY_SECRET_HOST}.org/", every: PT1M }', /behind its question mark only/],
  ['{ url: "https://example.org/", every: PT1M, headers: { X-Api-Key: abc } }', /the value of "X-Api-Key" is a secret/],
  ['{ url: "https://example.org/", every: PT1M, headers: { Host: other.org } }', /"Host" is no header that can be set/],
  ['{ url: "http://example.org/?k={CITY_SECRET_K}", every: PT1M }', /must be https where a secret goes/],
  ['{ url: "https://example.org/", every: PT1S }', /at least PT5S/],
  ['{ url: "https://example.org/", every: PT1M, timeout: PT1H }', /at most PT5M/],
  ['{ url: "https://example.org/", every: PT1M, bytes: 99999999 }', /"source.http.bytes"/],
])('%s is told', async (yaml, said) => {
  expect((await faults(yaml)).join()).toMatch(said)
})
