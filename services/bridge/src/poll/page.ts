const PAGE = /^\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html)\b/i

/** Whether an answer is a page for people, such as a proxy's error page, whatever its status says. */
export function isPage(type: string, bytes: Buffer): boolean {
  return /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(type) || PAGE.test(bytes.toString('utf8', 0, 1_024))
}
