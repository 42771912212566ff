const CREATIVE_COMMONS = /^CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)(?:-([A-Z]{2}))?$/

/** The deed of a licence by its SPDX name; null for one that this page does not know. */
export function licenceAddress(licence: string): string | null {
  if (licence === 'CC0-1.0') return 'https://creativecommons.org/publicdomain/zero/1.0/'
  const match = CREATIVE_COMMONS.exec(licence)
  if (match === null) return null
  const [, terms = '', version = '', country] = match
  return `https://creativecommons.org/licenses/${[terms, version, ...(country === undefined ? [] : [country])].join('/').toLowerCase()}/`
}
