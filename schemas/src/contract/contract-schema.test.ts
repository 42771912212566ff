import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contractSchema } from './contract-schema.ts'

test('editors are given the same schema (contract.schema.json)', () => {
  const file = join(import.meta.dirname, '..', '..', 'contract.schema.json')
  // After a change: node -e "import('./schemas/src/index.ts').then((s) => console.log(JSON.stringify(s.contractSchema, null, 2)))" > schemas/contract.schema.json
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(contractSchema)))
})
