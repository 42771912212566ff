import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'

// Puts the broker's jars into .kafka/libs: those that kafka.lock names, and no others. Nothing is fetched when they
// are there. Run by `make install`.

const HOME = path.join(import.meta.dirname, '..')
const LIBS = path.join(HOME, '.kafka', 'libs')
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/** Jar names and their SHA-256. */
function lockedJars(): Map<string, string> {
  const lines = readFileSync(path.join(HOME, 'kafka.lock'), 'utf8').trim().split('\n')
  return new Map(lines.map((line) => line.split(/\s+/)).map(([hash, name]) => [name ?? '', hash ?? '']))
}

/** What is wrong with the jars of a folder, or null when they are the locked ones. */
function faultOf(folder: string, locked: Map<string, string>): string | null {
  if (!existsSync(folder)) return 'there are none'
  const there = readdirSync(folder)
  for (const name of there) if (!locked.has(name)) return `${name} is not in kafka.lock`
  for (const [name, hash] of locked) {
    if (!there.includes(name)) return `${name} is missing`
    const actual = createHash('sha256')
      .update(readFileSync(path.join(folder, name)))
      .digest('hex')
    if (actual !== hash) return `${name} has SHA-256 ${actual}, and kafka.lock says ${hash}`
  }
  return null
}

/** Runs Maven and shows how far it is; its other words only when it fails. */
async function copyJars(folder: string): Promise<void> {
  const args = ['-B', '-f', path.join(HOME, 'pom.xml'), COPY, `-DoutputDirectory=${folder}`, '-Dstyle.color=never']
  const maven = spawn('mvn', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  createInterface({ input: maven.stderr }).on('line', (line) => said.push(line))
  let fetched = 0
  for await (const line of createInterface({ input: maven.stdout })) {
    said.push(line)
    if (/Downloaded from .*\.jar/.test(line)) fetched++
    if (process.stdout.isTTY) process.stdout.write(`\rKafka: ${fetched} files fetched `)
  }
  const code = maven.exitCode ?? (await new Promise<number | null>((resolve) => maven.once('close', resolve)))
  if (process.stdout.isTTY) process.stdout.write('\r')
  if (code !== 0) throw new Error(`mvn ended with code ${code}:\n${said.slice(-20).join('\n')}`)
}

const locked = lockedJars()
if (faultOf(LIBS, locked) !== null) {
  console.log(`Kafka: ${locked.size} jars, about 45 MB, by Maven`)
  const fresh = `${LIBS}.${process.pid}`
  mkdirSync(path.dirname(LIBS), { recursive: true })
  try {
    await copyJars(fresh)
    const fault = faultOf(fresh, locked)
    if (fault !== null) throw new Error(`Maven brought other jars than the locked ones: ${fault}`)
    rmSync(LIBS, { recursive: true, force: true })
    renameSync(fresh, LIBS)
    // An archive of the classes of other jar files would be passed over for ever.
    const archives = readdirSync(path.dirname(LIBS)).filter((name) => name.startsWith('classes-'))
    for (const name of archives) rmSync(path.join(path.dirname(LIBS), name))
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  console.log('Kafka: installed')
}
