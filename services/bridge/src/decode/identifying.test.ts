import fc from 'fast-check'
import { expect, test } from 'vitest'
import { looksIdentifying } from './identifying.ts'

const octet = fc.integer({ min: 0, max: 255 }).map((n) => n.toString(16).padStart(2, '0'))

test('looksIdentifying finds every MAC address, however it is written', () => {
  fc.assert(
    fc.property(fc.array(octet, { minLength: 6, maxLength: 6 }), fc.constantFrom(':', '-'), fc.boolean(), (octets, by, upper) => {
      const mac = upper ? octets.join(by).toUpperCase() : octets.join(by)
      expect(looksIdentifying(mac)).toBe(true)
      expect(looksIdentifying(`seen ${mac} at the gate`)).toBe(true)
    }),
  )
  expect(looksIdentifying('001a.2b3c.4d5e')).toBe(true)
  expect(looksIdentifying('{"id":"001A2B3C4D5E"}')).toBe(true)
})

test('looksIdentifying finds an IMEI by its check digit, computed here the long way', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 14, maxLength: 14 }), (digits) => {
      const sum = digits.reduce((s, d, i) => s + (i % 2 === 0 ? d : [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][d]!), 0)
      const check = (10 - (sum % 10)) % 10
      expect(looksIdentifying(`${digits.join('')}${check}`)).toBe(true)
      expect(looksIdentifying(`${digits.join('')}${(check + 1) % 10}`)).toBe(false)
    }),
  )
  expect(looksIdentifying('49-015420-323751-8')).toBe(true)
})

test.each(['someone@example.org', 'x {"mail":"a.b+c@sub.example.com"}'])('looksIdentifying finds the address in %s', (text) => {
  expect(looksIdentifying(text)).toBe(true)
})

test.each([
  '2023-06-05T00:00:00.000+10:00',
  '1685887200123',
  '202306050930',
  '0f8fad5b-d9cb-469f-a165-70867728950e',
  'Flagstaff Station (East)',
  'Unoccupied',
  '{"at":1685887200123,"direction_1":12,"direction_2":7,"boot":"b7c4"}',
  'v1.4.2@main',
  '-37.81374523,144.96518323',
  '',
])('looksIdentifying leaves %s alone', (text) => {
  expect(looksIdentifying(text)).toBe(false)
})

test('looksIdentifying takes no longer than it may on 64 kB made to slow it down', () => {
  for (const text of [
    'a'.repeat(65_536),
    'a@'.repeat(32_768),
    'ab:'.repeat(22_000),
    '1'.repeat(65_536),
    `${'a'.repeat(60)}@${'a.'.repeat(30_000)}`,
  ]) {
    const begun = performance.now()
    looksIdentifying(text)
    expect(performance.now() - begun).toBeLessThan(1_000)
  }
})
