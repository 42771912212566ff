import * as fc from 'fast-check'
import { generate } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { readAnswers } from './read-answers.ts'

function reader() {
  const seen: (string | number)[] = []
  const read = readAnswers({
    accepted: () => seen.push('accepted'),
    acknowledged: (id) => seen.push(id),
    broken: (reason) => seen.push(reason),
  })
  return { seen, read }
}

test('acknowledgements are read, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 50 }), fc.array(fc.nat(9), { minLength: 1 }), (ids, cuts) => {
      const bytes = Buffer.concat([
        generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }),
        ...ids.map((messageId) => generate({ cmd: 'puback', messageId })),
      ])
      const { seen, read } = reader()
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = 1 + (cuts[i % cuts.length] ?? 0)
        read(bytes.subarray(at, at + size))
        at += size
      }
      expect(seen).toEqual(['accepted', ...ids])
    }),
  )
})

test('a refusal and a strange packet end the reading, and say why', () => {
  const refused = reader()
  refused.read(
    Buffer.concat([generate({ cmd: 'connack', returnCode: 5, sessionPresent: false }), generate({ cmd: 'puback', messageId: 1 })]),
  )
  expect(refused.seen).toEqual([expect.stringMatching(/refused.*5/)])
  const strange = reader()
  strange.read(generate({ cmd: 'publish', topic: 'a', payload: 'b', qos: 0, dup: false, retain: false }))
  expect(strange.seen).toEqual([expect.stringMatching(/type 3/)])
})
