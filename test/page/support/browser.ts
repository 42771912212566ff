import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdirSync } from 'node:fs'
import path from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const FLAGS = [
  'no-sandbox',
  'disable-gpu',
  'disable-quic',
  'no-first-run',
  'disable-background-networking',
  'disable-component-update',
  'disable-sync',
]
const ROOT = path.join(import.meta.dirname, '..', '..', '..')
const SHOTS = path.join(import.meta.dirname, '..', 'screenshots')

/** The sizes at which every page is looked at. */
export const SIZES = {
  phone: { width: 390, height: 844 },
  laptop: { width: 1280, height: 800 },
  desk: { width: 1920, height: 1080 },
} as const

/** A headless Chromium: CITY_CHROMIUM, or `chromium` on PATH. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CITY_CHROMIUM'] ?? onPath('chromium'),
    args: ['--headless=new', ...FLAGS.map((flag) => `--${flag}`)],
  })
}

/** Builds the page as it is served. */
export function buildPage(): void {
  const dashboard = path.join(ROOT, 'services', 'dashboard')
  const built = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], {
    cwd: dashboard,
    encoding: 'utf8',
  })
  if (built.status !== 0) throw new Error(`the page does not build:\n${built.stdout}${built.stderr}`)
}

/** A page with what it did wrong: exceptions, refused policies, requests to other hosts. */
export interface WatchedPage {
  readonly page: Page
  readonly wrongs: readonly string[]
  close(): Promise<void>
}

/** Opens an address in a context of its own (nothing kept from before), as a reader in English with motion reduced. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: SIZES.laptop, locale: 'en-AU', reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  const wrongs: string[] = []
  page.on('pageerror', (error) => wrongs.push(error.message))
  page.on('console', (message) => {
    // An answer that is not 2xx is logged by the browser, whatever the page makes of it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) wrongs.push(message.text())
  })
  page.on('request', (request) => {
    const { origin } = new URL(url)
    if (!request.url().startsWith(origin) && !request.url().startsWith('blob:')) wrongs.push(`asks ${request.url()}`)
  })
  await page.clock.install()
  await page.goto(url)
  return { page, wrongs, close: () => context.close() }
}

/** Lets the page believe that a while has passed: its next round of questions is due. */
export const nextRound = (page: Page) => page.clock.fastForward(6_000)

/** Keeps a picture of the whole page for people to look at. */
export async function keepPicture(page: Page, name: string, fullPage = true): Promise<void> {
  mkdirSync(SHOTS, { recursive: true })
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage })
}

function onPath(name: string): string {
  const found = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find(isExecutable)
  if (found === undefined) throw new Error('page tests need Chromium: set CITY_CHROMIUM, or install it (`make debian` on Debian)')
  return found
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    // Not there or not ours to run: the next folder.
    return false
  }
}
