import type { Static, TObject } from 'typebox'
import Value from 'typebox/value'
import { CityError } from './errors.ts'

/**
 * Reads a service's configuration from environment variables: values are converted to the schema's types, defaults
 * filled in, and every fault is reported at once.
 * @throws CityError `CONFIG_INVALID`, naming each variable and what is wrong with it.
 */
export function loadConfig<T extends TObject>(schema: T, env: Record<string, string | undefined>): Static<T> {
  const given: Record<string, unknown> = {}
  for (const name of Object.keys(schema.properties)) {
    if (env[name] !== undefined && env[name] !== '') given[name] = env[name]
  }
  const value = Value.Default(schema, Value.Convert(schema, given))
  if (!Value.Check(schema, value)) {
    const faults = [...Value.Errors(schema, value)].map((e) => `  ${nameOf(e)}: ${e.message}`)
    throw new CityError('CONFIG_INVALID', `The configuration is not usable:\n${[...new Set(faults)].join('\n')}`)
  }
  return Object.freeze(value) as Static<T>
}

function nameOf(error: { instancePath: string; params?: unknown }): string {
  const missing = (error.params as { requiredProperties?: string[] } | undefined)?.requiredProperties
  if (missing !== undefined) return missing.join(', ')
  return error.instancePath.replace(/^\//, '') || 'configuration'
}
