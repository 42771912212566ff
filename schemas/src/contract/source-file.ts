import { readFileSync } from 'node:fs'
import { LineCounter, type Node, isMap, parseDocument } from 'yaml'
import type { Report } from './faults.ts'

export type Path = readonly (string | number)[]

/** A parsed file that can say on which line each of its values stands. */
export interface SourceFile {
  readonly file: string
  readonly value: unknown
  /** The line of the value at `path`, or of the nearest one above it that is there. With `key`, the line of its key. */
  lineOf(path: Path): number
  /** Reports a fault at `path`. */
  fault(path: Path, message: string): void
}

/**
 * Reads a YAML or JSON file. A file that is missing or cannot be parsed is reported and gives null.
 * @param path where it is; `name` is what faults call it
 */
export function readSource(path: string, name: string, report: Report): SourceFile | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    report({ file: name, line: null, message: missing ? 'the file is missing' : `the file cannot be read: ${(error as Error).message}` })
    return null
  }
  return path.endsWith('.yaml') ? yamlSource(text, name, report) : jsonSource(text, name, report)
}

function yamlSource(text: string, name: string, report: Report): SourceFile | null {
  const document = locatedDocument(text)
  for (const error of document.parsed.errors) {
    report({ file: name, line: document.lines.linePos(error.pos[0]).line, message: `not YAML: ${error.message.split('\n')[0]}` })
  }
  return document.parsed.errors.length > 0 ? null : source(name, document.parsed.toJS(), () => document, report)
}

// JSON.parse is a hundred times faster than the YAML parser, which is wanted for line numbers alone.
function jsonSource(text: string, name: string, report: Report): SourceFile | null {
  const json = text.replace(/^\uFEFF/, '')
  try {
    return source(name, JSON.parse(json), () => locatedDocument(json), report)
  } catch (error) {
    const message = (error as Error).message
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? json.length)
    report({ file: name, line: json.slice(0, position).split('\n').length, message: `not JSON: ${message.split(' in JSON')[0]}` })
    return null
  }
}

interface Located {
  readonly parsed: ReturnType<typeof parseDocument>
  readonly lines: LineCounter
}

function locatedDocument(text: string): Located {
  const lines = new LineCounter()
  return { parsed: parseDocument(text, { lineCounter: lines, maxAliasCount: 0 } as object), lines }
}

function source(file: string, value: unknown, locate: () => Located, report: Report): SourceFile {
  let located: Located | undefined
  function lineOf(path: Path): number {
    located ??= locate()
    for (let depth = path.length; depth > 0; depth--) {
      const parent = depth === 1 ? located.parsed.contents : located.parsed.getIn(path.slice(0, depth - 1), true)
      const key = isMap(parent)
        ? parent.items.find((pair) => String((pair.key as { value?: unknown })?.value ?? pair.key) === String(path[depth - 1]))?.key
        : located.parsed.getIn(path.slice(0, depth), true)
      const start = (key as Node | null | undefined)?.range?.[0]
      if (start !== undefined) return located.lines.linePos(start).line
    }
    return 1
  }
  return { file, value, lineOf, fault: (path, message) => report({ file, line: lineOf(path), message }) }
}
