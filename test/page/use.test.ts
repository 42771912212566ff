import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPage, keepPicture, launchBrowser, openPage } from './support/browser.ts'
import { eventually } from './support/eventually.ts'
import { headlineOf, rowsOf, whenShown } from './support/read-page.ts'
import { seedDay } from './support/seed-day.ts'
import { type ServedCity, serveCity, TOKENS } from './support/served-city.ts'

// At night: most public counts are under the threshold.
const NOW = '2023-06-05T04:10:00+10:00'
const PEDESTRIANS = '?stream=pedestrian-counts'

let served: ServedCity
let browser: Browser

beforeAll(async () => {
  buildPage()
  const [city, chromium] = await Promise.all([serveCity(`${NOW}@60`), launchBrowser()])
  served = city
  browser = chromium
  await seedDay(served.client, served.city, Date.parse(NOW))
})
afterAll(async () => {
  await browser?.close()
  await served?.stop()
})

test('by keyboard alone: from the top to another sensor, another stream and the explanation', async () => {
  const { page, close } = await openPage(browser, `${served.url}/${PEDESTRIANS}`)
  await whenShown(page)
  await page.keyboard.press('Tab')
  expect(await focused(page)).toBe('Skip to the figures')
  await page.keyboard.press('Enter')
  await tabTo(page, 'Find a sensor')
  await page.keyboard.type('town hall')
  await eventually(() => rowsOf(page)).toBeLessThan(5)
  const name = await page.locator('.list tbody th').first().innerText()
  await tabTo(page, name)
  await page.keyboard.press('Enter')
  await eventually(() => headlineOf(page)).toContain(name)
  expect(await page.locator('.map .chosen-ring').count()).toBe(1)
  await page.keyboard.press('Shift+Tab')
  await page.locator('.brand').focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowLeft')
  await eventually(() => page.locator('h1').innerText()).toBe('Fullness of litter bins')
  expect(new URL(page.url()).searchParams.get('stream')).toBe('bin-levels')
  await close()
})

test('at night the public sees few figures and why; operations, with its token, sees them all', async () => {
  const { page, wrongs, close } = await openPage(browser, `${served.url}/${PEDESTRIANS}`)
  await whenShown(page)
  expect(await page.locator('.map [data-state="few"]').count()).toBeGreaterThan(60)
  expect(await headlineOf(page)).toMatch(/fewer than about 10 people, or too uncertain to show, between 03:45 and 04:00/)
  await page.getByText('Replay of 5 June 2023 at 60×').waitFor()
  await keepPicture(page, 'night-laptop-public')
  await page.getByRole('link', { name: 'Why?' }).click()
  expect(await page.locator('#why').innerText()).toContain('fewer than about 10')
  await page.getByRole('radio', { name: 'Operations' }).click()
  await page.getByLabel('Token').fill('not-the-token')
  await page.keyboard.press('Enter')
  await page.getByText('This token is not accepted.').waitFor()
  await keepPicture(page, 'token-laptop-refused', false)
  await page.getByLabel('Token').fill(TOKENS.operations)
  await page.keyboard.press('Enter')
  await page.getByText('Not for publication').waitFor()
  await eventually(() => page.locator('.map [data-state="value"]').count()).toBe(73)
  expect(await page.locator('.curve .band').count()).toBe(0)
  await keepPicture(page, 'night-laptop-operations')
  const kept = await page.evaluate(() => ({
    address: location.href,
    local: JSON.stringify(localStorage),
    session: sessionStorage.getItem('token'),
  }))
  expect(kept.session).toBe(TOKENS.operations)
  expect(kept.address + kept.local).not.toContain(TOKENS.operations)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download as CSV' }).click()])
  expect(download.suggestedFilename()).toMatch(/^pedestrian-counts-.*\.csv$/)
  await page.getByRole('radio', { name: 'Public' }).click()
  await eventually(() => page.locator('.map [data-state="few"]').count()).toBeGreaterThan(60)
  expect(wrongs).toEqual([])
  await close()
})

test('alerts that fire are shown, lead to their sensor, and operations takes them on', async () => {
  const { page, close } = await openPage(browser, `${served.url}/?stream=bin-levels`)
  await whenShown(page)
  await page.getByRole('link', { name: '2 alerts are firing' }).waitFor()
  const alert = page.locator('.alert').last()
  const [, name = ''] = (await alert.innerText()).split('\n')
  await alert.getByRole('button').click()
  await eventually(() => headlineOf(page)).toContain(`${name}:`)
  expect(await page.getByRole('button', { name: 'Take it on' }).count()).toBe(0)
  await page.evaluate((token) => sessionStorage.setItem('token', token), TOKENS.operations)
  await page.goto(`${served.url}/?stream=bin-levels&view=internal`)
  await page.getByRole('button', { name: 'Take it on' }).first().click()
  await page.getByLabel('Your name').fill('Crew 7')
  await page.keyboard.press('Enter')
  await page.getByText('Taken on by Crew 7').waitFor()
  await keepPicture(page, 'alerts-laptop-operations')
  await close()
})

test('light and dark follow the system until the reader chooses', async () => {
  const { page, close } = await openPage(browser, served.url, { colorScheme: 'dark' })
  await whenShown(page)
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const dark = await ground()
  await page.getByLabel('Colours').selectOption('light')
  await eventually(ground).not.toBe(dark)
  const light = await ground()
  await page.reload()
  await eventually(ground).toBe(light)
  await page.getByLabel('Colours').selectOption('auto')
  await eventually(ground).toBe(dark)
  await close()
})

test('no violation of accessibility rules, in light and dark, with the table and the dialog open', async () => {
  // Some of each kind of row: a hundred more of the same cost time and say nothing.
  const { page, close } = await openPage(browser, `${served.url}/${PEDESTRIANS}&range=month`)
  await whenShown(page)
  await page.getByLabel('Find a sensor').fill('flinders')
  await page.getByText('Show as a table').click()
  expect(await violationsOf(page)).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.getByRole('radio', { name: 'Fullness of litter bins' }).check()
  await page.getByRole('heading', { name: 'Fullness of litter bins' }).waitFor()
  await whenShown(page)
  expect(await violationsOf(page)).toEqual([])
  await page.getByRole('radio', { name: 'Operations' }).check()
  await page.getByLabel('Token').waitFor()
  expect(await violationsOf(page, 'dialog')).toEqual([])
  await close()
})

async function violationsOf(page: Page, part = 'html'): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().include(part).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}

/** What the focused element is called. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement
    return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
  })

/** Presses Tab until the focus is on what has this name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab')
    if ((await focused(page)).trim() === name.trim()) return
  }
  throw new Error(`60 times Tab do not lead to "${name}"`)
}
