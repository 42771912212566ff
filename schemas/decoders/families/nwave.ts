const RESET_CAUSES: Readonly<Record<number, string>> = {
  0: 'rejoining_lorawan_network',
  1: 'watchdog',
  2: 'power_on',
  3: 'user_request',
  6: 'brownout',
  7: 'other',
}

/** Volts of a byte: 4 mV each above 2.5 V. */
export function volts(byte: number): number {
  return (2_500 + byte * 4) / 1_000
}

/** The start-up message of Nwave's fourth generation: firmware in three bytes, and why it started. */
export function startup(view: DataView): { message: 'startup'; firmware_version: string; reset_cause: string | null } {
  return {
    message: 'startup',
    firmware_version: [0, 1, 2].map((i) => view.getUint8(i)).join('.'),
    reset_cause: RESET_CAUSES[view.getUint8(3)] ?? null,
  }
}
