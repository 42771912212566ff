import mqtt from 'mqtt'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useStack } from '../support/stack-hooks.ts'
import { buildPage, keepPicture, launchBrowser, nextRound, openPage } from './support/browser.ts'
import { eventually } from './support/eventually.ts'
import { headlineOf, rowsOf, spotsOf } from './support/read-page.ts'

// The one page test of the whole way: from a sensor's MQTT message to what is read on the page, in the present.
buildPage()
const stack = useStack()
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('a full bin is on the page, with its alert, and a part that stands still is named', async () => {
  const { page, wrongs, close } = await openPage(browser, `${stack().url('query')}/?stream=bin-levels&sensor=bin-01`)
  await eventually(() => headlineOf(page)).toBe('Aldi G Point Cook: nothing is known.')
  expect([await spotsOf(page), await rowsOf(page)]).toEqual([31, 31])

  const sensor = await mqtt.connectAsync(stack().url('mqtt'), { clientId: 'bin-01' })
  await sensor.publishAsync('city/bin-levels/bin-01', JSON.stringify({ at: new Date().toISOString(), fullness: 10 }), { qos: 1 })
  await sensor.endAsync()
  await eventually(async () => {
    await nextRound(page)
    return headlineOf(page)
  }).toMatch(/^Aldi G Point Cook: fullness 10, as of /)
  await page.getByRole('link', { name: '1 alert is firing' }).waitFor()
  expect(await page.locator('.alert').innerText()).toMatch(/Bin is full\s+Aldi G Point Cook/)
  await page.getByText('Everything works.').waitFor()
  await keepPicture(page, 'stack-laptop-light')

  await page.getByRole('radio', { name: 'Pedestrians passing' }).check()
  await eventually(() => spotsOf(page)).toBe(73)
  await stack().kill('bridge', 'SIGSTOP')
  await eventually(async () => {
    await nextRound(page)
    return page.locator('.not-fine').first().innerText({ timeout: 500 })
  }).toMatch(/bridge does not answer/)
  await stack().kill('bridge', 'SIGCONT')
  await eventually(async () => {
    await nextRound(page)
    return page.locator('.not-fine').count()
  }).toBe(0)
  expect(wrongs).toEqual([])
  await close()
})
