import type { Static, TSchema } from 'typebox'
import Value from 'typebox/value'
import type { SourceFile } from './source-file.ts'

/** Whether a file has the shape of `schema`; every difference is reported with its line. */
export function hasShape<T extends TSchema>(schema: T, source: SourceFile): source is SourceFile & { value: Static<T> } {
  if (Value.Check(schema, source.value)) return true
  for (const error of Value.Errors(schema, source.value)) {
    const path = error.instancePath.split('/').slice(1).map(unescaped)
    const params = error.params as {
      requiredProperties?: string[]
      additionalProperties?: string[]
      allowedValues?: unknown[]
      pattern?: string
    }
    if (error.keyword === 'boolean') continue
    if (params.requiredProperties) {
      source.fault(
        path,
        `${named(path)} lacks ${params.requiredProperties.map((p) => `"${p}"`).join(', ')}; add ${params.requiredProperties.length > 1 ? 'them' : 'it'}`,
      )
    } else if (params.additionalProperties) {
      for (const key of params.additionalProperties)
        source.fault([...path, key], `"${key}" is not known in ${named(path)}; remove it or mend its spelling`)
    } else {
      source.fault(path, `${named(path)} ${wanted(error.message, params, descriptionAt(schema, path))}`)
    }
  }
  return false
}

function wanted(message: string, params: { allowedValues?: unknown[]; pattern?: string }, description: string | undefined): string {
  if (params.allowedValues) return `must be one of ${params.allowedValues.join(', ')}`
  if (params.pattern && description) return `is not of the wanted form: ${description}`
  return description ? `${message}: ${description}` : message
}

function named(path: readonly string[]): string {
  return path.length === 0 ? 'the file' : `"${path.join('.')}"`
}

function unescaped(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}

function descriptionAt(schema: TSchema, path: readonly string[]): string | undefined {
  let at = schema as { properties?: Record<string, unknown>; items?: unknown; description?: string } | undefined
  for (const segment of path) at = (/^\d+$/.test(segment) ? at?.items : at?.properties?.[segment]) as typeof at
  return at?.description
}
