import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BadFrame, frame, frameReader } from './frames.ts'

test('frames come out as they went in, however the stream is cut', () => {
  const values = fc.array(fc.jsonValue(), { maxLength: 5 })
  fc.assert(
    fc.property(values, fc.array(fc.nat(200)), (written, cuts) => {
      const stream = Buffer.concat(written.map(frame))
      const read: unknown[] = []
      const take = frameReader(1_000_000, (value) => read.push(value))
      let at = 0
      for (const cut of [...cuts, stream.length]) {
        take(stream.subarray(at, at + cut))
        at += cut
      }
      expect(read).toEqual(written.map((value) => JSON.parse(JSON.stringify(value)) as unknown))
    }),
  )
})

test('a frame that is too long is refused from its header, one that is no JSON when it is whole', () => {
  const take =
    (bytes: Buffer, most = 10) =>
    () =>
      frameReader(most, () => undefined)(bytes)
  expect(take(frame('x'.repeat(20)).subarray(0, 4))).toThrow(BadFrame)
  expect(take(Buffer.from([1, 0, 0, 0, 0x7b]))).toThrow(BadFrame)
  expect(take(Buffer.from([1, 0, 0]))).not.toThrow()
})
