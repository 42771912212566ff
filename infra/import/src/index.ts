export { type ImportOptions, type ImportOutcome, importFile } from './import.ts'
