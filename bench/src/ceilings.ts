import { userText } from './load-generator.ts'
import { pgbench } from './pgbench.ts'
import { withClient } from './with-client.ts'

const batchSize = 1000

interface User {
  readonly id: string
  readonly email: string
  readonly businessUnit: string
  readonly [attribute: string]: unknown
}

/**
 * The same rows, written as fast as two connections can: arrays in, no log, no outcome, no conflict, nothing looked
 * at. Gives users a second for rows that are new, and for rows that are there.
 */
export async function rawBulkUpsert(url: string, users: number): Promise<{ insert: number; update: number }> {
  const workspaceId = 1_000_000
  const insert = await bulk(url, workspaceId, users)
  const update = await bulk(url, workspaceId, users)
  await withClient(url, async (client) => {
    await client.query('delete from profiles where workspace_id = $1', [workspaceId])
    await client.query('delete from identifiers where workspace_id = $1', [workspaceId])
  })
  await settle(url)
  return { insert, update }
}

/** Does at once what PostgreSQL would do about the last measurement during the next. */
export async function settle(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('vacuum analyze')
    await client.query('checkpoint')
  })
}

async function bulk(url: string, workspaceId: number, users: number): Promise<number> {
  const batches = Array.from({ length: users / batchSize }, (_value, index) => columnsOf(index * batchSize))
  const started = performance.now()
  await Promise.all(
    [0, 1].map((half) =>
      withClient(url, async (client) => {
        for (let index = half; index < batches.length; index += 2) {
          await client.query({
            name: 'raw',
            text: rawUpsert,
            values: [workspaceId, ...(batches[index] ?? [])],
          })
        }
      }),
    ),
  )
  return (users / (performance.now() - started)) * 1000
}

function columnsOf(firstId: number): [string[], string[], string[], string[]] {
  const columns: [string[], string[], string[], string[]] = [[], [], [], []]
  for (let id = firstId; id < firstId + batchSize; id++) {
    const { id: customerId, email, businessUnit, ...attributes } = JSON.parse(userText(id)) as User
    columns[0].push(customerId)
    columns[1].push(email)
    columns[2].push(businessUnit)
    columns[3].push(JSON.stringify(attributes))
  }
  return columns
}

const rawUpsert = `
with given as (
  select u.*, coalesce(i.profile_id, gen_random_uuid()) as profile_id
  from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) as u (customer, email, unit, attributes)
  left join identifiers i on i.workspace_id = $1 and i.kind = 'customer_id' and i.value = u.customer and i.scope = ''
),
stored as (
  insert into profiles (workspace_id, id, customer_id, email, business_unit, attributes)
  select $1, profile_id, customer, email, unit, attributes from given
  on conflict (workspace_id, id) do update
    set attributes = profiles.attributes || excluded.attributes, email = excluded.email, updated_at = now()
)
insert into identifiers (workspace_id, kind, value, scope, profile_id)
select $1, 'customer_id', customer, '', profile_id from given
union all
select $1, 'email', email, lower(unit), profile_id from given
on conflict do nothing`

/** What pgbench reads by customer id, a prepared select each; undefined where there is no pgbench on this machine. */
export async function pgbenchSelect(url: string, ids: number, seconds: number): Promise<number | undefined> {
  return await pgbench(
    url,
    { clients: 8, seconds },
    `\\set id random(0, ${ids - 1})
select p.id, p.customer_id, p.email, p.business_unit, p.attributes::text from identifiers i
join profiles p on p.workspace_id = i.workspace_id and p.id = i.profile_id
where i.workspace_id = 1 and i.kind = 'customer_id' and i.scope = '' and i.value = 'u' || :id;`,
  )
}
