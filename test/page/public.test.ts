import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPage, keepPicture, launchBrowser, nextRound, openPage, SIZES } from './support/browser.ts'
import { eventually } from './support/eventually.ts'
import { askJson, headlineOf, rowsOf, spotsOf, whenShown } from './support/read-page.ts'
import { seedDay } from './support/seed-day.ts'
import { type ServedCity, serveCity } from './support/served-city.ts'

const NOW = '2023-06-05T14:10:00+10:00'
const PEDESTRIANS = '?stream=pedestrian-counts'

interface Rows {
  rows: { sensor: string | null; from: string; sum: number | null; expected: number; noise_sd: number | null; status: string }[]
}
interface Sensors {
  features: { id: string; properties: { name: string } }[]
}

let served: ServedCity
let browser: Browser

beforeAll(async () => {
  buildPage()
  const [city, chromium] = await Promise.all([serveCity(`${NOW}@1`, withdrawBins), launchBrowser()])
  served = city
  browser = chromium
})
/** The approval of the bins was taken back four days before. */
function withdrawBins(schemas: string): void {
  const file = path.join(schemas, 'streams', 'bin-levels', 'contract.yaml')
  const withdrawn = 'review: 2036-06-01, withdrawn: { on: 2023-06-01, by: City Council, reason: a test } }'
  writeFileSync(file, readFileSync(file, 'utf8').replace('review: 2036-06-01 }', withdrawn))
}

afterAll(async () => {
  await browser?.close()
  await served?.stop()
})

test('before the first event the page says so, and fills by itself when events come', async () => {
  const { page, wrongs, close } = await openPage(browser, `${served.url}/${PEDESTRIANS}`)
  try {
    await page.getByText('Nothing is final yet').first().waitFor()
    expect(await page.locator('.map [data-state="unknown"]').count()).toBe(73)
    await keepPicture(page, 'empty-laptop-light')
  } finally {
    // The tests that follow need the day, whatever came of this one.
    await seedDay(served.client, served.city, Date.parse(NOW))
  }
  await nextRound(page)
  await page.getByText('Final up to 5 June at 14:00').first().waitFor()
  await eventually(() => page.locator('.map [data-state="value"]').count()).toBeGreaterThan(30)
  expect(wrongs).toEqual([])
  await close()
})

test('a stream whose approval was withdrawn says so, with the decisions; another one does not', async () => {
  const { page, wrongs, close } = await openPage(browser, `${served.url}/?stream=bin-levels`)
  const notice = page.getByText('The approval of this stream was withdrawn: nothing is taken in since 1 June 2023.')
  await notice.waitFor()
  const decisions = await askJson<{ decisions: { decision: string; by: string }[] }>(
    new URL((await page.getByRole('link', { name: 'Who decided what' }).getAttribute('href'))!, served.url).href,
  )
  expect(decisions.decisions.map(({ decision, by }) => `${decision} ${by}`)).toEqual(['approved Privacy Officer', 'withdrawn City Council'])
  await page.getByRole('radio', { name: 'Pedestrians passing' }).check()
  await page.getByRole('heading', { name: 'Pedestrians passing' }).waitFor()
  expect(await notice.count()).toBe(0)
  expect(wrongs).toEqual([])
  await close()
})

test('the headline, the map and the list say what the query service says', async () => {
  const { page, wrongs, close } = await openPage(browser, `${served.url}/${PEDESTRIANS}`)
  await whenShown(page)
  const about = `${served.url}/v1/streams/pedestrian-counts`
  const { features } = await askJson<Sensors>(`${about}/sensors`)
  const { rows } = await askJson<Rows>(
    `${about}/aggregates?property=direction_1,direction_2&by=sensor&from=2023-06-05T03:45:00Z&to=2023-06-05T04:00:00Z`,
  )
  const highest = rows.toSorted((a, b) => (b.sum ?? 0) - (a.sum ?? 0))[0]!
  const name = features.find((f) => f.id === highest.sensor)!.properties.name
  const shown = rows.filter((r) => r.status === 'ok').length
  expect(await headlineOf(page)).toBe(`${name}: ${highest.sum} people between 13:45 and 14:00.`)
  expect([await spotsOf(page), await rowsOf(page)]).toEqual([73, 73])
  expect(await page.locator('.map [data-state="value"]').count()).toBe(shown)
  expect(await page.locator('.list [data-state="few"]').count()).toBe(73 - shown)
  const fresh = await page.locator('.fresh').innerText()
  for (const part of ['Final up to 5 June at 14:00 (', `${shown} of 73 sensors shown`, `${73 - shown} not shown`])
    expect(fresh).toContain(part)
  await page.getByText('Replay of 5 June 2023 at 1×').waitFor()
  expect(new URL(page.url()).searchParams.get('sensor')).toBe(highest.sensor)
  expect(wrongs).toEqual([])
  await close()
})

test('the curve’s table, its download and its source stand with the curve', async () => {
  const { page, close } = await openPage(browser, `${served.url}/${PEDESTRIANS}`)
  await whenShown(page)
  await page.getByText('Show as a table').click()
  // From midnight to 14:00 in quarters of an hour; what is to come is no row.
  await eventually(() => page.locator('.table tbody tr').count()).toBe(56)
  expect(await page.locator('.table tbody tr').last().innerText()).toMatch(/^13:45–14:00\s+\d+\s+± \d+\s+\d+$/)
  expect(await page.locator('.table [data-state="few"]').first().innerText()).toContain('fewer than about 10, or too uncertain')
  expect(await page.locator('.lane-few').count()).toBeGreaterThan(0)
  const link = page.getByRole('link', { name: 'Download as CSV' })
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  expect(download.suggestedFilename()).toMatch(/^pedestrian-counts-.*\.csv$/)
  const csv = await fetch(new URL((await link.getAttribute('href')) ?? '', served.url))
  const lines = (await csv.text()).trim().split(/\r?\n/)
  expect(lines[0]).toMatch(/^sensor,zone,from,to,/)
  expect(lines).toHaveLength(1 + 96)
  const source = await page.locator('.source').innerText()
  expect(source).toContain('Source: City of Melbourne')
  expect(await page.getByRole('link', { name: 'CC-BY-4.0' }).getAttribute('href')).toBe('https://creativecommons.org/licenses/by/4.0/')
  await keepPicture(page, 'table-laptop-light')
  await close()
})

test('a link shows the same view to somebody else, in their language', async () => {
  const address = `${served.url}/?stream=bin-levels&sensor=bin-04&range=week`
  const { page, close } = await openPage(browser, address, { locale: 'de-DE' })
  await whenShown(page)
  expect(await headlineOf(page)).toContain('Wedge St Piazza G Werribee')
  expect(await page.getByRole('radio', { name: '7 Tage' }).isChecked()).toBe(true)
  expect(await page.locator('html').getAttribute('lang')).toBe('de')
  await keepPicture(page, 'bins-laptop-german')
  await page.getByLabel('Sprache').selectOption('en')
  await eventually(() => page.locator('html').getAttribute('lang')).toBe('en')
  expect(page.url()).toBe(address)
  await close()
})

test('an unchanged answer costs no body, and a hidden page asks nothing', async () => {
  const { page, close } = await openPage(browser, `${served.url}/${PEDESTRIANS}`)
  await whenShown(page)
  const unchanged = page.waitForResponse((r) => r.url().includes('/aggregates') && r.status() === 304)
  await nextRound(page)
  const answer = await unchanged
  expect(answer.request().headers()['if-none-match']).toMatch(/^W\/"/)
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  let asked = 0
  page.on('request', () => asked++)
  await nextRound(page)
  await nextRound(page)
  expect(asked).toBe(0)
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: false, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await eventually(() => asked).toBeGreaterThan(3)
  await close()
})

test.each(Object.entries(SIZES))('%s: nothing is cut off, in light and dark', async (size, viewport) => {
  const { page, wrongs, close } = await openPage(browser, `${served.url}/${PEDESTRIANS}`, { viewport })
  for (const title of ['Pedestrians passing', 'Fullness of litter bins']) {
    await page.getByRole('radio', { name: title }).check()
    await page.getByRole('heading', { name: title }).waitFor()
    await whenShown(page)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      await keepPicture(page, `${title.split(' ')[0]?.toLowerCase()}-${size}-${colorScheme}`)
    }
  }
  expect(wrongs).toEqual([])
  await close()
})
