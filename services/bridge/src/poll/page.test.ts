import { expect, test } from 'vitest'
import { isPage } from './page.ts'

test.each<[string, string, boolean]>([
  ['text/html; charset=utf-8', '{}', true],
  ['application/json', '<!DOCTYPE html><title>502</title>', true],
  ['', '\uFEFF \n<html lang="en">', true],
  ['text/plain', '<?xml version="1.0"?>\n<!doctype HTML PUBLIC "x">', true],
  ['application/json', '{"a":"<html>"}', false],
  ['application/xml', '<?xml version="1.0"?><feed/>', false],
  ['text/plain', '404 Not Found', false],
  ['text/csv', 'a,b', false],
  ['', '<htmlx>', false],
])('type %j with %j', (type, body, page) => {
  expect(isPage(type, Buffer.from(body))).toBe(page)
})
