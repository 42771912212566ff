import { expect, test } from 'vitest'
import { feedRestsMs } from './feed-times.ts'

const NOW = 1_712_891_090_000
const rests = (feed: unknown) => feedRestsMs(Buffer.from(typeof feed === 'string' ? feed : JSON.stringify(feed)), NOW)

test.each<[unknown, number]>([
  [{ last_updated: 1_712_891_085, ttl: 60, data: {} }, 55_000],
  [{ ttl: 60, version: '3.0', last_updated: '2024-04-12T03:04:45Z', data: {} }, 55_000],
  [{ last_updated: 1_712_891_085, ttl: 2 }, 0],
  [{ last_updated: 9_999_999_999, ttl: 60 }, 60_000],
  [{ last_updated: 1_712_891_085, ttl: 864_000 }, 3_600_000],
  [{ last_updated: 'soon', ttl: 60 }, 0],
  [{ ttl: 60 }, 0],
  [[1, 2], 0],
  ['404 Not Found', 0],
  ['', 0],
])('%j rests for %d ms', (feed, ms) => {
  expect(rests(feed)).toBe(ms)
})
