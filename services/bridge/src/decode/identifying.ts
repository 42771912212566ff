/** Longest stretch of a message that is looked through: what could be kept in quarantine. */
const SCANNED = 65_536

// Look-arounds keep a pattern from starting inside a longer number or word.
const MAC_PAIRS = /(?<![0-9A-Fa-f])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![0-9A-Fa-f])/
const MAC_DOTTED = /(?<![0-9A-Za-z])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![0-9A-Za-z])/
// Bare: with a letter, or every date of twelve digits were one; not behind a hyphen, or the end of a UUID were one.
const MAC_BARE = /(?<![0-9A-Za-z-])(?=[0-9]*[A-Fa-f])[0-9A-Fa-f]{12}(?![0-9A-Za-z-])/
const IMEI = /(?<![0-9.])(?:\d{15}|\d{2}[- ]\d{6}[- ]\d{6}[- ]\d)(?![0-9.])/g
const EMAIL = /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}\.[A-Za-z]{2}/

/**
 * Whether a text holds what points at a person's device or mailbox: a MAC address, an IMEI (fifteen digits with a right
 * check digit) or an e-mail address. Only the first 64 kB are looked at.
 */
export function looksIdentifying(text: string): boolean {
  const seen = text.length > SCANNED ? text.slice(0, SCANNED) : text
  if (MAC_PAIRS.test(seen) || MAC_DOTTED.test(seen) || MAC_BARE.test(seen)) return true
  if (seen.includes('@') && EMAIL.test(seen)) return true
  for (const [match] of seen.matchAll(IMEI)) if (hasCheckDigit(match)) return true
  return false
}

/** Luhn's check over the digits of `text` (3GPP TS 23.003, annex B). */
function hasCheckDigit(text: string): boolean {
  let sum = 0
  let twice = false
  for (let i = text.length - 1; i >= 0; i--) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) continue
    const value = twice ? digit * 2 : digit
    sum += value > 9 ? value - 9 : value
    twice = !twice
  }
  return sum % 10 === 0
}
