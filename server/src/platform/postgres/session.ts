import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from '../log.ts'

/**
 * One connection that is kept for as long as the process lives, for what belongs to a session and not to a
 * statement: notifications, and locks that are freed the moment their holder dies.
 */
export interface DatabaseSession extends AsyncDisposable {
  /** Calls back for every notification on the channel; also once (with `undefined`) after the connection was lost, as some may have been missed. */
  listen(channel: string, heard: (payload: string | undefined) => void): Promise<void>
  notify(channel: string, payload: string): Promise<void>
  /** Takes the lock, or says that another process has it. A lock once taken stays ours while the connection lives. */
  tryLock(space: number, key: number): Promise<boolean>
}

const reconnectDelayMs = 200

export async function openSession(connectionString: string, logger: Logger): Promise<DatabaseSession> {
  const listeners = new Map<string, (payload: string | undefined) => void>()
  let held = new Set<string>()
  let closed = false
  let client = await connect()

  async function connect(): Promise<pg.Client> {
    const fresh = new pg.Client({ connectionString, application_name: 'tessera session' })
    fresh.on('error', () => {})
    fresh.on('notification', ({ channel, payload }) => listeners.get(channel)?.(payload))
    await fresh.connect()
    for (const channel of listeners.keys()) await fresh.query(`listen ${channel}`)
    fresh.once('end', () => void reconnect())
    return fresh
  }

  async function reconnect(): Promise<void> {
    held = new Set()
    while (!closed) {
      try {
        client = await connect()
        if (closed) return await client.end()
        for (const heard of listeners.values()) heard(undefined)
        return
      } catch (error) {
        logger.warn({ err: error }, 'the database session is lost; connecting again')
        await delay(reconnectDelayMs)
      }
    }
  }

  return {
    async listen(channel, heard) {
      listeners.set(channel, heard)
      await client.query(`listen ${channel}`)
    },
    async notify(channel, payload) {
      await client.query('select pg_notify($1, $2)', [channel, payload])
    },
    async tryLock(space, key) {
      const name = `${space} ${key}`
      if (held.has(name)) return true
      const { rows } = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock($1, $2) as locked',
        [space, key],
      )
      const locked = rows[0]?.locked ?? false
      if (locked) held.add(name)
      return locked
    },
    async [Symbol.asyncDispose]() {
      closed = true
      await client.end()
    },
  }
}
