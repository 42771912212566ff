/** What is wrong with one parameter of a request, for the person who wrote it. */
export interface Fault {
  readonly parameter: string
  readonly detail: string
}

/** A value, or what is wrong with it. */
export type Faulty<T> = { readonly value: T } | { readonly fault: Fault }
