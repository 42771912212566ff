import Type from 'typebox'
import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

const schema = Type.Object({ PORT: Type.Integer({ minimum: 1, default: 80 }), NAME: Type.String(), FLAG: Type.Boolean({ default: false }) })

test('loadConfig converts, fills defaults and ignores what it does not know', () => {
  expect(loadConfig(schema, { PORT: '8080', NAME: 'x', OTHER: '1' })).toEqual({ PORT: 8080, NAME: 'x', FLAG: false })
  expect(loadConfig(schema, { NAME: 'x', FLAG: 'true' })).toEqual({ PORT: 80, NAME: 'x', FLAG: true })
})

test('loadConfig names every fault at once', () => {
  expect(() => loadConfig(schema, { PORT: 'zero' })).toThrow(/PORT[\s\S]*NAME|NAME[\s\S]*PORT/)
})
