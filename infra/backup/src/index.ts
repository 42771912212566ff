export { backup, restore } from './backup.ts'
export { checkedManifest, type Manifest } from './manifest.ts'
