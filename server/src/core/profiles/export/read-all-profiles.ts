import type { Connection, Database } from '../../../platform/postgres/database.ts'
import type { StoredProfile } from '../find-profiles.ts'

const pageSize = 2000
const first = '00000000-0000-0000-0000-000000000000'

/**
 * Hands over all users and then all leads of a workspace, each in the order in which they were made, page by page:
 * as they were at one moment, whatever changes meanwhile, and without more than a page in memory.
 *
 * Users first: a user that takes over a lead's e-mail ends the lead, a lead beside a user with its e-mail (in
 * another business unit) ends nothing. So whoever writes them in this order has the same profiles again.
 */
export async function readAllProfiles(
  database: Database,
  workspaceId: number,
  take: (page: readonly StoredProfile[]) => Promise<void>,
): Promise<void> {
  await database.transaction(workspaceId, async (connection) => {
    await connection.query('set transaction isolation level repeatable read, read only')
    for (const kind of ['users', 'leads'] as const) {
      let page = await readPage(connection, workspaceId, kind, first)
      while (page.length > 0) {
        await take(page)
        page = await readPage(connection, workspaceId, kind, page.at(-1)?.id ?? first)
      }
    }
  })
}

const isOfKind = {
  users: 'customer_id is not null',
  leads: 'customer_id is null and email is not null',
}

async function readPage(
  connection: Connection,
  workspaceId: number,
  kind: 'users' | 'leads',
  after: string,
): Promise<readonly StoredProfile[]> {
  const { rows } = await connection.query<StoredProfile>({
    name: `page-of-${kind}`,
    text: `select id, customer_id as "customerId", email, business_unit as "businessUnit",
                  attributes::text as "attributesJson"
           from profiles where workspace_id = $1 and id > $2 and ${isOfKind[kind]}
           order by id limit ${pageSize}`,
    values: [workspaceId, after],
  })
  return rows
}
