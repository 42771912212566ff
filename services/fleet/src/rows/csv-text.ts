/** A CSV text (RFC 4180): a header and its lines. */
export function csvText(header: readonly string[], lines: readonly (readonly string[])[]): string {
  return `${[header, ...lines].map((line) => line.map(cell).join(',')).join('\n')}\n`
}

function cell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
