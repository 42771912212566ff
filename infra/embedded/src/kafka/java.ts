import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { CityError } from '@commonstream/runtime/errors.ts'

/** Where `make install` puts the broker's jars. */
export const KAFKA_HOME = path.join(import.meta.dirname, '..', '..', '.kafka')

/** Flags of every JVM here: start-up and memory matter more than the last bit of speed. */
const COMMON = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xss512k', '-Xshare:auto', '-Xlog:disable', '-Xlog:all=error:stderr']

/** The class path of the broker. @throws CityError `KAFKA_MISSING` when the jars are not installed */
function classPath(): string[] {
  const libs = path.join(KAFKA_HOME, 'libs')
  if (!existsSync(libs)) throw new CityError('KAFKA_MISSING', 'Kafka is not installed: run `make install`')
  return ['-cp', `${libs}/*`]
}

/** Arguments of a short tool of the broker. */
export function toolArguments(main: string, args: readonly string[]): string[] {
  const archive = classArchive()
  return [...COMMON, ...(existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : []), ...classPath(), main, ...args]
}

/**
 * Arguments of the broker, and what to do once it has stopped. The first clean stop leaves an archive of the loaded
 * classes, which halves the time and memory of every later start; it is made beside its place and moved there whole,
 * since others may be starting or stopping brokers at the same time.
 */
export function brokerArguments(heap: string, properties: string): { args: string[]; stopped: () => void } {
  const archive = classArchive()
  const known = existsSync(archive)
  const making = `${archive}.${process.pid}.${Date.now()}`
  const flag = known ? `-XX:SharedArchiveFile=${archive}` : `-XX:ArchiveClassesAtExit=${making}`
  const log = [
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss,SSS',
  ]
  return {
    args: [`-Xmx${heap}`, ...COMMON, flag, ...classPath(), ...log, 'kafka.Kafka', properties],
    stopped() {
      if (!existsSync(making)) return
      if (existsSync(archive)) rmSync(making)
      else renameSync(making, archive)
    },
  }
}

let archivePath: string | undefined

/** The class archive's place: another Java or another set of jars needs another. */
function classArchive(): string {
  if (archivePath === undefined) {
    const version = execFileSync('java', ['-Xinternalversion'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const hash = createHash('sha256').update(`${version}\n${KAFKA_HOME}`).digest('hex').slice(0, 12)
    archivePath = path.join(KAFKA_HOME, `classes-${hash}.jsa`)
  }
  return archivePath
}
