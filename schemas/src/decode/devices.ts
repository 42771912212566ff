import * as boschParkingLotSensor from '../../decoders/devices/bosch-parking-lot-sensor.ts'
import * as decentlabDlMbx from '../../decoders/devices/decentlab-dl-mbx.ts'
import * as decentlabDlPm from '../../decoders/devices/decentlab-dl-pm.ts'
import * as decentlabDlTbrg from '../../decoders/devices/decentlab-dl-tbrg.ts'
import * as elsysErs2Sound from '../../decoders/devices/elsys-ers2-sound.ts'
import * as milesightEm300Th from '../../decoders/devices/milesight-em300-th.ts'
import * as milesightEm400Tld from '../../decoders/devices/milesight-em400-tld.ts'
import * as milesightEm400Udl from '../../decoders/devices/milesight-em400-udl.ts'
import * as milesightEm500Co2 from '../../decoders/devices/milesight-em500-co2.ts'
import * as milesightEm500Lgt from '../../decoders/devices/milesight-em500-lgt.ts'
import * as milesightEm500Udl from '../../decoders/devices/milesight-em500-udl.ts'
import * as milesightVs121 from '../../decoders/devices/milesight-vs121.ts'
import * as milesightVs133 from '../../decoders/devices/milesight-vs133.ts'
import * as milesightVs330 from '../../decoders/devices/milesight-vs330.ts'
import * as milesightVs34x from '../../decoders/devices/milesight-vs34x.ts'
import * as milesightVs351 from '../../decoders/devices/milesight-vs351.ts'
import * as milesightWt201 from '../../decoders/devices/milesight-wt201.ts'
import * as netvoxR72624 from '../../decoders/devices/netvox-r72624.ts'
import * as netvoxRa0715 from '../../decoders/devices/netvox-ra0715.ts'
import * as nwaveG4NccSm from '../../decoders/devices/nwave-g4-ncc-sm.ts'
import * as nwaveG4NpsSm from '../../decoders/devices/nwave-g4-nps-sm.ts'
import * as sensiedgeSensilora2 from '../../decoders/devices/sensiedge-sensilora-2.ts'
import type { Device } from './uplink.ts'

/** The LoRaWAN devices that come with the project, by the names that contracts use: their files' names. */
export const DEVICES: ReadonlyMap<string, Device> = new Map<string, Device>([
  ['bosch-parking-lot-sensor', boschParkingLotSensor],
  ['decentlab-dl-mbx', decentlabDlMbx],
  ['decentlab-dl-pm', decentlabDlPm],
  ['decentlab-dl-tbrg', decentlabDlTbrg],
  ['elsys-ers2-sound', elsysErs2Sound],
  ['milesight-em300-th', milesightEm300Th],
  ['milesight-em400-tld', milesightEm400Tld],
  ['milesight-em400-udl', milesightEm400Udl],
  ['milesight-em500-co2', milesightEm500Co2],
  ['milesight-em500-lgt', milesightEm500Lgt],
  ['milesight-em500-udl', milesightEm500Udl],
  ['milesight-vs121', milesightVs121],
  ['milesight-vs133', milesightVs133],
  ['milesight-vs330', milesightVs330],
  ['milesight-vs34x', milesightVs34x],
  ['milesight-vs351', milesightVs351],
  ['milesight-wt201', milesightWt201],
  ['netvox-r72624', netvoxR72624],
  ['netvox-ra0715', netvoxRa0715],
  ['nwave-g4-ncc-sm', nwaveG4NccSm],
  ['nwave-g4-nps-sm', nwaveG4NpsSm],
  ['sensiedge-sensilora-2', sensiedgeSensilora2],
])
