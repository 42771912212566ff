import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CityError } from '@commonstream/runtime'

/**
 * The secret that devices' passwords are made with: `device` of `<data dir>/tokens.json`.
 * @throws CityError `NO_DEVICE_SECRET`
 */
export async function deviceSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, 'tokens.json')
  const missing = (cause: unknown) => new CityError('NO_DEVICE_SECRET', `CITY_MQTT_AUTH=token needs "device" in ${path}`, { cause })
  let tokens: { device?: unknown }
  try {
    tokens = JSON.parse(await readFile(path, 'utf8')) as { device?: unknown }
  } catch (error) {
    throw missing(error)
  }
  if (typeof tokens?.device !== 'string' || tokens.device.length < 16) throw missing(undefined)
  return tokens.device
}
