import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { buildPage, keepPicture, launchBrowser, nextRound, openPage, SIZES } from './support/browser.ts'
import { eventually } from './support/eventually.ts'
import { headlineOf, noticeOf, spotsOf, whenShown } from './support/read-page.ts'
import { seedDay } from './support/seed-day.ts'
import { type ServedCity, serveCity } from './support/served-city.ts'

const NOW = '2023-06-05T14:10:00+10:00'

let served: ServedCity
let browser: Browser

beforeAll(async () => {
  buildPage()
  const [city, chromium] = await Promise.all([serveCity(`${NOW}@1`), launchBrowser()])
  served = city
  browser = chromium
  await seedDay(served.client, served.city, Date.parse(NOW))
})
afterAll(async () => {
  await browser?.close()
  await served?.stop()
})

// A failed test must not take the service from the next.
afterEach(async () => {
  served.store.wake()
  await served.store.start()
  await served.query.start()
})

test('the query service away: the last values stay, greyed, with their age and a sentence, until it is back', async () => {
  const { page, wrongs, close } = await openPage(browser, `${served.url}/?stream=pedestrian-counts`, { viewport: SIZES.laptop })
  await whenShown(page)
  const before = await headlineOf(page)
  await served.query.stop()
  await nextRound(page)
  const notice = page.getByText(
    /The data service has not answered for \d+ seconds?\. What you see is what it said last, as of 5 June at 14:1\d\./,
  )
  await notice.waitFor()
  expect(await headlineOf(page)).toBe(before)
  expect(await spotsOf(page)).toBe(73)
  expect(await page.locator('main').getAttribute('class')).toBe('stale')
  expect(await page.locator('.grid').evaluate((e) => getComputedStyle(e).filter)).toBe('grayscale(1)')
  await keepPicture(page, 'away-laptop-light')
  await served.query.start()
  await nextRound(page)
  await notice.waitFor({ state: 'detached' })
  expect(wrongs).toEqual([])
  await close()
})

test.each([
  { how: 'gone', leave: () => served.store.stop(), back: () => served.store.start() },
  { how: 'hanging', leave: async () => served.store.hang(), back: async () => served.store.wake() },
])('ClickHouse $how: the page says which part and why, and that it comes back', async ({ how, leave, back }) => {
  const { page, close } = await openPage(browser, `${served.url}/?stream=bin-levels`, { viewport: SIZES.phone, colorScheme: 'dark' })
  await whenShown(page)
  const before = await headlineOf(page)
  await leave()
  await nextRound(page)
  await noticeOf(page, /The store of figures is away/).waitFor()
  expect(await headlineOf(page)).toBe(before)
  await eventually(() => page.locator('.not-fine').allInnerTexts()).toEqual([
    expect.stringMatching(/store[\s\S]*ClickHouse does not answer/),
  ])
  await keepPicture(page, `store-${how}-phone-dark`)
  await back()
  await nextRound(page)
  await page.getByText('Everything works.').waitFor()
  await noticeOf(page, /The store of figures is away/).waitFor({ state: 'detached' })
  await close()
})

test('slow: the page says that it loads; nothing at all: that it keeps trying', async () => {
  const { page, close } = await openPage(browser, 'about:blank', { viewport: SIZES.laptop })
  const held = Promise.withResolvers<void>()
  await page.route('**/v1/**', async (route) => {
    await held.promise
    await route.abort()
  })
  await page.goto(served.url)
  await page.getByText('Loading the figures …').waitFor()
  await keepPicture(page, 'loading-laptop-light')
  held.resolve()
  await noticeOf(page, 'The data service does not answer. The page keeps trying.').waitFor()
  await keepPicture(page, 'error-laptop-light')
  await page.unroute('**/v1/**')
  await nextRound(page)
  await whenShown(page)
  await close()
})
