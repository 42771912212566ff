import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { reasonOf } from '@commonstream/runtime/errors.ts'
import { createLog } from '@commonstream/runtime/log.ts'
import { PartBoard } from '@commonstream/runtime/part.ts'
import { runService } from '@commonstream/runtime/service.ts'
import { facadeConfig } from './config.ts'
import { ENGINE_CONFIG } from './engine-config.ts'
import { SessionPool } from './session-pool.ts'
import { spoolFolder } from './spool-folder.ts'
import { startFacade } from './start-facade.ts'

// The store's process: the ClickHouse engine and its HTTP interface. Only one may open a folder; the engine sees to it.
const config = facadeConfig()
const log = createLog('clickhouse', config.CITY_LOG_LEVEL)
const dir = path.resolve(config.STORE_DIR)

await runService({
  name: 'clickhouse',
  log,
  board: new PartBoard(),
  parts: [
    {
      name: 'facade',
      async start() {
        mkdirSync(dir, { recursive: true, mode: 0o700 })
        const settings = path.join(dir, 'engine.xml')
        writeFileSync(settings, ENGINE_CONFIG)
        const onReplace = (reason: unknown) => log.error({ reason: reasonOf(reason) }, 'engine session replaced')
        const pool = new SessionPool(
          path.join(dir, 'store'),
          [`--config-file=${settings}`],
          config.STORE_SESSIONS,
          config.STORE_MAX_WAITING,
          onReplace,
        )
        const spool = spoolFolder(dir)
        const stop = await startFacade({
          host: '127.0.0.1',
          port: config.STORE_PORT,
          credentials: { user: config.STORE_USER, password: config.STORE_PASSWORD },
          spool,
          maxBody: config.STORE_MAX_BODY,
          pool,
          onError: (queryId, code) => log.warn({ queryId, code }, 'statement failed'),
        })
        log.info({ dir, port: config.STORE_PORT, spool }, 'listening')
        return async () => {
          await stop()
          await pool.close()
          rmSync(spool, { recursive: true, force: true })
        }
      },
    },
  ],
})
