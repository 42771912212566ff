export { bridgeParts } from './bridge.ts'
export { type BridgeConfig, bridgeConfig } from './config.ts'
