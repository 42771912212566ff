import path from 'node:path'

/** The folder of schemas that the commands work on, absolute: CITY_SCHEMAS, or the checkout's. */
export function schemasFolder(env: Record<string, string | undefined> = process.env): string {
  return path.resolve(env['CITY_SCHEMAS'] || path.join(import.meta.dirname, '..', '..'))
}
