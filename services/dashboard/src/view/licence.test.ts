import { expect, test } from 'vitest'
import { licenceAddress } from './licence.ts'

test('Creative Commons licences lead to their deed, others nowhere', () => {
  expect(licenceAddress('CC-BY-4.0')).toBe('https://creativecommons.org/licenses/by/4.0/')
  expect(licenceAddress('CC-BY-2.5-AU')).toBe('https://creativecommons.org/licenses/by/2.5/au/')
  expect(licenceAddress('CC-BY-NC-SA-4.0')).toBe('https://creativecommons.org/licenses/by-nc-sa/4.0/')
  expect(licenceAddress('CC0-1.0')).toBe('https://creativecommons.org/publicdomain/zero/1.0/')
  expect(licenceAddress('our own')).toBeNull()
})
