import { setTimeout as delay } from 'node:timers/promises'

/** What one customer id was sent, and what of it was acknowledged. */
interface WrittenUser {
  /** The counters sent, rising; the last of them may be under way. */
  readonly sent: number[]
  /** The highest counter that was answered 202; 0: none. */
  acknowledged: number
}

/** Everything that was sent, so that it can be compared with what is there afterwards. */
export interface WriteLoad {
  readonly users: ReadonlyMap<string, WrittenUser>
  readonly trackingIds: readonly string[]
  /** Numbers of events: sent, and of these acknowledged. */
  readonly events: { readonly sent: ReadonlySet<number>; readonly acknowledged: ReadonlySet<number> }
  /** How many writes were acknowledged so far. */
  acknowledgedCount(): number
  stop(): Promise<void>
}

const writers = 8
const retryMs = 10
const requestTimeoutMs = 20_000

/**
 * Writes until it is told to stop: hot users again and again, new users all along, and events. A user is written by
 * one writer, one write after the other, with a counter that rises, so that order and loss can be seen. What is not
 * acknowledged is not repeated: it may or may not have been accepted.
 *
 * @param url where to write to at the moment; asked before every request
 */
export function startWriteLoad(url: () => string): WriteLoad {
  const users = new Map<string, WrittenUser>()
  const trackingIds: string[] = []
  const sentEvents = new Set<number>()
  const acknowledgedEvents = new Set<number>()
  let acknowledged = 0
  let stopped = false

  async function writeUser(id: string): Promise<void> {
    const user = users.get(id) ?? { sent: [], acknowledged: 0 }
    users.set(id, user)
    const count = (user.sent.at(-1) ?? 0) + 1
    user.sent.push(count)
    const body = { id, email: `${id}@example.com`, orderCount: count }
    const response = await send(url(), 'PUT', '/users', '2', body)
    if (response.status !== 202) return await delay(retryMs)
    user.acknowledged = count
    acknowledged++
    trackingIds.push(String(JSON.parse(response.body).trackingId))
  }

  async function writeEvent(id: string): Promise<void> {
    const number = sentEvents.size
    sentEvents.add(number)
    const events = [{ event: 'Completed Order', properties: { number } }]
    const response = await send(url(), 'POST', '/events', '1', { id, events })
    if (response.status !== 202) return await delay(retryMs)
    acknowledgedEvents.add(number)
    acknowledged++
  }

  async function write(writer: number): Promise<void> {
    for (let turn = 0; !stopped; turn++) {
      try {
        if (turn % 5 === 4) await writeEvent(`hot-${writer}`)
        else await writeUser(turn % 2 ? `hot-${writer}` : `user-${writer}-${turn}`)
      } catch {
        // Nobody listens, or the connection broke: the next write finds out whether that is over.
        await delay(retryMs)
      }
    }
  }

  const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  return {
    users,
    trackingIds,
    events: { sent: sentEvents, acknowledged: acknowledgedEvents },
    acknowledgedCount: () => acknowledged,
    async stop() {
      stopped = true
      await writing
    },
  }
}

/** One request of the crossengage API with the example workspace's key. */
export async function send(
  url: string,
  method: string,
  path: string,
  version: '1' | '2',
  body?: object,
): Promise<{ readonly status: number; readonly body: string }> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'X-XNG-AuthToken': 'test-master-key', 'X-XNG-ApiVersion': version },
    signal: AbortSignal.timeout(requestTimeoutMs),
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: response.status, body: await response.text() }
}
