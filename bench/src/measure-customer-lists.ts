import { settle } from './ceilings.ts'
import type { Measurement } from './measurement.ts'
import { load, type Target } from './target.ts'
import { withClient } from './with-client.ts'

const connections = 8
const seconds = 4
const million = 1_000_000
const names = 1000

/** Somebody at a desk looks for a customer among a million. */
export async function measureCustomerLists(
  { port }: Target,
  url: string,
  record: (measurement: Measurement) => void,
): Promise<void> {
  const started = performance.now()
  await withClient(url, (client) => client.query(createCustomers))
  await settle(url)
  process.stderr.write(`made a million customers in ${Math.round((performance.now() - started) / 1000)} s\n`)
  for (const [by, queryOf] of filters) {
    const paths = Array.from({ length: 997 }, (_value, i) => `/customers?${queryOf((i * 7919) % million)}`)
    const order = { port, connections, requests: million, kind: 'list', paths, firstId: 0, ids: 1 } as const
    await load({ ...order, seconds: 1 })
    const result = await load({ ...order, seconds })
    record({
      name: `customers by ${by}, p99 at 1 million`,
      figure: result.p99Ms,
      unit: 'ms',
      atMost: 50,
    })
    record({
      name: `customers by ${by}`,
      figure: result.answered / result.seconds,
      unit: 'requests/s',
    })
  }
}

const filters: readonly (readonly [string, (n: number) => string])[] = [
  ['e-mail', (n) => `email=buyer.${n}@example.com`],
  ['phone', (n) => `phone=${420_600_000_000 + n}`],
  ['last name', (n) => `last_name=Svoboda-${n % names}`],
  ['birthdate', (n) => `birthdate=${new Date(-7e11 + (n % 20_000) * 86_400_000).toISOString().slice(0, 10)}`],
  ['customer source', () => 'customer_source_id=fair'],
]

/** A thousand share a last name, fifty a birthday; a thousand came from the fair. */
const createCustomers = `
with person as (
  insert into profiles (
    workspace_id, id, email, created_at, known_at, first_name, last_name, birthdate, phone, language, gender
  )
  select 1, gen_random_uuid(), 'buyer.' || n || '@example.com', at, at, 'Katharina', 'Svoboda-' || n % ${names},
    date '1970-01-01' - 8102 + (n % 20000), '+' || 420600000000 + n, 'en', 'female'
  from generate_series(0, ${million - 1}) n, lateral (select now() - n * interval '1 minute' as at) a
  returning id, email, last_name, created_at
),
named as (
  insert into identifiers (workspace_id, kind, value, profile_id) select 1, 'email', email, id from person
)
insert into source_records (workspace_id, profile_id, source_id, created_at)
select 1, id, case when last_name = 'Svoboda-7' then 'fair' else 'eshop' end, created_at
from person where last_name like 'Svoboda-7%'`
