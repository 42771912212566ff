/** What lets a server say "not modified". */
export interface Validators {
  readonly etag: string | null
  readonly lastModified: string | null
}

/** What came of asking a feed. */
export type Answer =
  | { readonly kind: 'body'; readonly bytes: Buffer; readonly type: string; readonly validators: Validators }
  | { readonly kind: 'unmodified' }
  | { readonly kind: 'too_large'; readonly length: number }
  /** `reason` names no part of the address beyond what the contract says. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number | null }
