import { expect, test } from 'vitest'
import { checkCaller, checkCredentials, credentialsOf } from './credentials.ts'

const none = new URLSearchParams()
const wanted = { user: 'city', password: 'pass:word' }

test('credentials are found wherever ClickHouse takes them from', () => {
  const basic = `Basic ${Buffer.from('city:pass:word').toString('base64')}`
  expect(credentialsOf({ authorization: basic }, none)).toEqual(wanted)
  expect(credentialsOf({ 'x-clickhouse-user': 'city', 'x-clickhouse-key': 'pass:word' }, none)).toEqual(wanted)
  expect(credentialsOf({}, new URLSearchParams({ user: 'city', password: 'pass:word' }))).toEqual(wanted)
  expect(credentialsOf({}, none)).toEqual({ user: 'default', password: '' })
})

test('a wrong user or password is refused', () => {
  expect(() => checkCredentials(wanted, wanted)).not.toThrow()
  expect(() => checkCredentials({ ...wanted, password: 'pass:worD' }, wanted)).toThrow(/Code: 516/)
  expect(() => checkCredentials({ ...wanted, user: '' }, wanted)).toThrow(/Code: 516/)
})

test('browsers and foreign host names are refused', () => {
  for (const host of ['127.0.0.1:8123', 'localhost', '[::1]:8123']) expect(() => checkCaller({ host })).not.toThrow()
  for (const host of ['example.org', '127.0.0.1.example.org:8123', '']) expect(() => checkCaller({ host })).toThrow(/Code: 497/)
  expect(() => checkCaller({ host: 'localhost', origin: 'null' })).toThrow(/Code: 497/)
})
