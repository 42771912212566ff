import { SchemaFaults, faultText } from '../contract/faults.ts'
import { loadCity } from '../contract/load-city.ts'

/** The faults of a folder of schemas as text, `file:line: message`; none where it loads. */
export async function faultsOf(dir: string): Promise<string[]> {
  try {
    await loadCity(dir)
  } catch (error) {
    if (error instanceof SchemaFaults) return error.faults.map(faultText)
    throw error
  }
  return []
}
