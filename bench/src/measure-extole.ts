import type { Measurement } from './measurement.ts'
import { load, startNoOp, type Target, untilApplied } from './target.ts'
import { withClient } from './with-client.ts'

const connections = 64
const seconds = 5
const deviceCount = 1000
const eventCount = 100_000

/** What a browser does: it gets a token, sends events, shows a zone, and says who its user is. */
export async function measureExtole(
  { port }: Target,
  url: string,
  record: (measurement: Measurement) => void,
): Promise<void> {
  const order = { port, connections, requests: 1_000_000, seconds, firstId: 0, ids: deviceCount }
  await createCustomers(port)
  const tokens = await createTokens(port)
  await measureRates()
  await measureBehindBacklog()
  await measureJoin()

  async function measureRates(): Promise<void> {
    await using noOp = await startNoOp()
    for (const [kind, name] of [
      ['token', 'token, a new device'],
      ['event', 'event, durable'],
      ['zone', 'zone, rendered'],
    ] as const) {
      await load({ ...order, kind, tokens, port: noOp.port, seconds: 1 })
      const ceiling = await load({ ...order, kind, tokens, port: noOp.port, seconds: 3 })
      await load({ ...order, kind, tokens, seconds: 1 })
      const result = await load({ ...order, kind, tokens })
      record({
        name,
        figure: result.answered / result.seconds,
        unit: 'requests/s',
        ceiling: ceiling.answered / ceiling.seconds,
        atLeast: 0.4,
      })
    }
  }

  /** Arrivals by a share code are the dearest events: each is looked at, locked and attributed. */
  async function measureBehindBacklog(): Promise<void> {
    await query(url, addBacklog, [eventCount])
    const started = performance.now()
    for (const kind of ['token', 'event', 'zone'] as const) {
      const result = await load({ ...order, kind, tokens })
      record({ name: `${kind}, p99 behind 100,000 events`, figure: result.p99Ms, unit: 'ms', atMost: 100 })
    }
    const waiting = Number((await query(url, countBacklog, []))[0]?.count)
    if (waiting === 0) throw new Error('the backlog was gone before the measurement ended')
    const figure = ((eventCount - waiting) / (performance.now() - started)) * 1000
    record({ name: 'arrivals attributed meanwhile', figure, unit: 'events/s' })
    await query(url, 'delete from events where name = $1', ['arrived'])
  }

  /** Devices with events become known: each to a customer who is there already. */
  async function measureJoin(): Promise<void> {
    const devices = await createTokens(port)
    await load({ ...order, kind: 'event', tokens: devices, requests: eventCount, seconds: 600 })
    const started = performance.now()
    await load({ ...order, kind: 'identify', tokens: devices, requests: deviceCount, seconds: 600 })
    const joined = Number((await query(url, countJoined, [deviceCount]))[0]?.count)
    const figure = (joined / (performance.now() - started)) * 1000
    if (joined !== eventCount) throw new Error(`${joined} of ${eventCount} events are on known profiles`)
    record({ name: 'identity join, 1,000 devices × 100 events', figure, unit: 'events/s' })
  }
}

async function createCustomers(port: number): Promise<void> {
  const batch = {
    port,
    connections: 1,
    requests: 1,
    seconds: 60,
    kind: 'batch',
    firstId: 0,
    ids: 1000,
  } as const
  await untilApplied(port, (await load(batch)).lastBodies)
}

async function createTokens(port: number): Promise<readonly string[]> {
  const tokens: string[] = []
  while (tokens.length < deviceCount) {
    tokens.push(...(await Promise.all(Array.from({ length: 50 }, () => createToken(port)))))
  }
  return tokens
}

async function createToken(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v5/token`, { method: 'POST' })
  const { access_token } = (await answer.json()) as { access_token: string }
  return access_token
}

/** From devices that nobody brought yet, by a code of the first advocate. */
const addBacklog = `
insert into events (workspace_id, received_at, profile_id, binding_id, name, occurred_at, source, arrival, data)
select b.workspace_id, now(), b.profile_id, b.id, 'arrived', now(), 'public',
  jsonb_build_object('shareCode', (select code from share_codes where workspace_id = b.workspace_id limit 1)), '{}'
from device_bindings b where b.workspace_id = 1 limit $1`

const countBacklog = `
select count(*) from events e join event_consumers c on c.workspace_id = e.workspace_id and c.name = 'referral'
where e.workspace_id = 1 and e.name = 'arrived' and (e.transaction_id, e.position) > (c.transaction_id, c.position)`

const countJoined = `
select count(*) from events e join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id
where e.workspace_id = 1 and p.customer_id in (select 'u' || n from generate_series(0, $1 - 1) n)`

async function query(url: string, text: string, values: readonly unknown[]): Promise<{ count?: string }[]> {
  return (await withClient(url, (client) => client.query(text, [...values]))).rows
}
