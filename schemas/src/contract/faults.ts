/** What is wrong with a file of schemas, where, and what to do about it. */
export interface SchemaFault {
  /** Path below the folder of schemas. */
  readonly file: string
  /** From 1; null where the whole file or folder is meant. */
  readonly line: number | null
  readonly message: string
}

/** Thrown by `loadCity` with every fault of every file. */
export class SchemaFaults extends Error {
  readonly faults: readonly SchemaFault[]

  constructor(dir: string, faults: readonly SchemaFault[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
    super(`The schemas in ${dir} have ${count}:\n${faults.map((f) => `  ${faultText(f)}`).join('\n')}`)
    this.name = 'SchemaFaults'
    this.faults = faults
  }
}

/** `file:line: message`. */
export function faultText(fault: SchemaFault): string {
  return `${fault.file}${fault.line === null ? '' : `:${fault.line}`}: ${fault.message}`
}

/** Takes a fault; readers go on after reporting, so that all faults come at once. */
export type Report = (fault: SchemaFault) => void
