/** How long a question may take before the store is asked whether it is there, and how often then. */
const SLOW_MS = 2_000

/**
 * Waits for `work` as long as the store says that it is there. One that hangs takes requests and answers none: without
 * this, whoever asks would wait until the connection's own limit, and learn nothing.
 * @param fault null while the store answers
 * @throws what `work` throws; the fault when the store is gone, and then `signal` is aborted
 */
export async function whileThere<T>(
  fault: () => Promise<unknown>,
  work: (signal: AbortSignal) => Promise<T>,
  slowMs: number = SLOW_MS,
): Promise<T> {
  const ending = new AbortController()
  const gone = Promise.withResolvers<never>()
  const look = async () => {
    const found = await fault()
    if (found === null) return
    gone.reject(found)
    ending.abort(found)
  }
  const timer = setInterval(() => void look().catch((error: unknown) => gone.reject(error)), slowMs)
  try {
    return await Promise.race([work(ending.signal), gone.promise])
  } finally {
    clearInterval(timer)
  }
}
