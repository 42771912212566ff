import type { Page } from 'playwright-core'

/** What a page says, read as a reader would. */
export const headlineOf = (page: Page) => page.locator('.headline').innerText()

/** How many sensors the map shows. */
export const spotsOf = (page: Page) => page.locator('.map [data-sensor]').count()

/** How many rows the list has. */
export const rowsOf = (page: Page) => page.locator('.list tbody tr').count()

/** The notice of an outage with this text (the same is told to screen readers, unseen). */
export const noticeOf = (page: Page, hasText: string | RegExp) => page.locator('.notice.broken', { hasText })

/** Waits until the figures are there: the headline is an answer and the curve is drawn. */
export async function whenShown(page: Page): Promise<void> {
  await page.locator('.curve .plot svg').waitFor()
  await page.locator('.list tbody tr').first().waitFor()
}

/** Answers of the query service under the page's address. */
export async function askJson<T>(url: string, token?: string): Promise<T> {
  const response = await fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return (await response.json()) as T
}
