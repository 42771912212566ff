import * as fc from 'fast-check'
import { generate } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { encodePublish, publishBound } from './encode-publish.ts'

const ascii = (maxLength: number) =>
  fc.string({ unit: fc.integer({ min: 32, max: 126 }).map((c) => String.fromCharCode(c)), minLength: 1, maxLength })
const topicArb = ascii(60).map((text) => text.replace(/[+#]/g, '-'))

test('the bytes are those of mqtt-packet, within the bound, at any length', () => {
  fc.assert(
    fc.property(
      topicArb,
      fc.oneof(
        ascii(200),
        fc.nat(20_000).map((n) => 'x'.repeat(n)),
      ),
      fc.integer({ min: 1, max: 65_535 }),
      fc.boolean(),
      (topic, payload, id, dup) => {
        const target = Buffer.alloc(publishBound({ topic, payload }) + 3, 0xee)
        const end = encodePublish(target, 3, { topic, payload }, id, dup)
        expect(end).toBeLessThanOrEqual(target.length)
        expect(target.subarray(3, end)).toEqual(generate({ cmd: 'publish', topic, payload, messageId: id, qos: 1, dup, retain: false }))
      },
    ),
  )
})
