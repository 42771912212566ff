import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Address, readAddress, writeAddress } from './address.ts'

const name = fc.option(fc.stringMatching(/^[\w.:-]{1,40}$/))
const date = fc.option(
  fc.date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10)),
)
const addresses: fc.Arbitrary<Address> = fc.record({
  stream: name,
  sensor: name,
  measure: name,
  range: fc.constantFrom('day', 'week', 'month', null),
  until: date,
  view: fc.constantFrom('public', 'internal'),
})

test('what is written is read back', () => {
  fc.assert(
    fc.property(addresses, (address) => {
      expect(readAddress(writeAddress(address))).toEqual(address)
    }),
  )
})

test('whatever stands in the address bar gives a usable address', () => {
  fc.assert(
    fc.property(fc.string(), (search) => {
      const address = readAddress(search)
      expect(readAddress(writeAddress(address))).toEqual(address)
    }),
  )
  expect(readAddress('?stream=../x&range=year&until=2023-99-01&view=root&sensor=')).toEqual({
    stream: null,
    sensor: null,
    measure: null,
    range: null,
    until: null,
    view: 'public',
  })
})
