import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { settle } from './ceilings.ts'
import type { Measurement } from './measurement.ts'
import { type RunningCommand, runCommand } from './target.ts'
import { withClient } from './with-client.ts'

const lots = 2_500_000
const lotsOfOne = 25

/** What an auditor waits for: every balance derived again from ten million entries. */
export async function measureLedger(
  dataDir: string,
  url: string,
  record: (measurement: Measurement) => void,
): Promise<void> {
  const started = performance.now()
  await withClient(url, createLedger)
  await settle(url)
  process.stderr.write(`made ten million entries in ${Math.round((performance.now() - started) / 1000)} s\n`)
  const verifying = performance.now()
  const command = runCommand(dataDir, 'ledger', 'verify', '--workspace', 'bench', '--json')
  const peaks = await peakMemory(url, command)
  const { entries, faults } = JSON.parse(await command.printed) as { entries: number; faults: unknown[] }
  const seconds = (performance.now() - verifying) / 1000
  if (faults.length > 0) throw new Error(`the ledger does not agree: ${JSON.stringify(faults[0])}`)
  record({ name: `ledger verify, ${entries.toLocaleString('en')} entries`, figure: seconds, unit: 's' })
  record({ name: 'ledger verify', figure: entries / seconds, unit: 'entries/s' })
  record({ name: 'ledger verify, memory of the command', figure: peaks.command, unit: 'MiB', atMost: 300 })
  record({ name: 'ledger verify, memory of PostgreSQL', figure: peaks.database, unit: 'MiB', atMost: 300 })
}

/** The most that the command, and the processes of PostgreSQL that work for it, had of their own at once; in MiB. */
async function peakMemory(
  url: string,
  command: RunningCommand,
): Promise<{ readonly command: number; readonly database: number }> {
  const peaks = { command: 0, database: 0 }
  let ended = false
  const end = () => {
    ended = true
  }
  command.printed.then(end, end)
  await withClient(url, async (client) => {
    while (!ended) {
      peaks.command = Math.max(peaks.command, await command.peakMemoryBytes().catch(() => 0))
      const { rows } = await client.query<{ pid: number }>(
        `select pid from pg_stat_activity where query like '%points_entries%' and pid <> pg_backend_pid()`,
      )
      const own = await Promise.all(rows.map(({ pid }) => ownMemoryBytes(pid)))
      peaks.database = Math.max(
        peaks.database,
        own.reduce((sum, bytes) => sum + bytes, 0),
      )
      await delay(100)
    }
  })
  return { command: peaks.command / 2 ** 20, database: peaks.database / 2 ** 20 }
}

async function ownMemoryBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
}

/**
 * A hundred thousand customers who earned 25 times and spent most of each: four entries a lot. Indexes are built at
 * once afterwards, which takes a third of the time.
 */
async function createLedger(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ first: string }>(
    `select setval('points_movement_id', nextval('points_movement_id') + ${2 * lots}) - ${2 * lots} as first`,
  )
  await client.query(`create temp table holders as
    select h, gen_random_uuid() as id from generate_series(0, ${lots / lotsOfOne - 1}) h`)
  await client.query('analyze holders')
  await client.query('insert into profiles (workspace_id, id, known_at) select 1, id, now() from holders')
  for (const [table, statement] of Object.entries(statements(Number(rows[0]?.first)))) {
    await client.query(ready, [table, false])
    await client.query(statement)
    await client.query(ready, [table, true])
    await client.query(`set maintenance_work_mem = '512MB'; reindex table ${table}`)
    process.stderr.write(`made ${table}\n`)
  }
}

const ready = 'update pg_index set indisready = $2, indisvalid = $2 where indrelid = $1::regclass'

const statements = (first: number): Readonly<Record<string, string>> => ({
  points_movements: `
    insert into points_movements (workspace_id, id, profile_id, point_type, kind, amount, earned, redeemed, counted_at,
      booked_at)
    select 1, ${first} + 2 * n + is_spent, holders.id, 'base', case is_spent when 0 then 'purchase' else 'redemption' end,
      case is_spent when 0 then 10000 else -6000 end, 10000 * (1 - is_spent), 6000 * is_spent, at, at
    from generate_series(0, ${lots - 1}) n cross join generate_series(0, 1) is_spent
    join holders on h = n / ${lotsOfOne}
    cross join lateral (select now() - (${lots} - n) * interval '1 second' as at) a`,
  points_entries: `
    insert into points_entries (workspace_id, movement_id, line, account, lot_id, amount)
    select 1, ${first} + 2 * n + spent, line, account, case line when 1 then ${first} + 2 * n end, amount
    from generate_series(0, ${lots - 1}) n
    cross join (values (0, 1, 'lot', 10000), (0, 2, 'issued', -10000), (1, 1, 'lot', -6000), (1, 2, 'spent', 6000))
      as entry (spent, line, account, amount)`,
  points_lots: `
    insert into points_lots (workspace_id, id, profile_id, point_type, remaining, valid_to)
    select 1, ${first} + 2 * n, holders.id, 'base', 4000, date_trunc('day', now()) + interval '1 year'
    from generate_series(0, ${lots - 1}) n join holders on h = n / ${lotsOfOne}`,
  points_wallets: `
    insert into points_wallets (workspace_id, profile_id, point_type, balance, due_at)
    select 1, id, 'base', 4000 * ${lotsOfOne}, date_trunc('day', now()) + interval '1 year' from holders`,
})
