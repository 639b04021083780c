import type { Connection, Database } from '../../platform/postgres/database.ts'

/** A stored profile as reads show it. */
export interface StoredProfile {
  readonly id: string
  readonly customerId: string | null
  readonly email: string | null
  readonly businessUnit: string | null
  /** The JSON text of an object, as PostgreSQL writes it: nobody has to parse it to pass it on. */
  readonly attributesJson: string
}

interface ProfileRow {
  readonly id: string
  readonly customer_id: string | null
  readonly email: string | null
  readonly business_unit: string | null
  readonly attributes: string
}

const columns = 'p.id, p.customer_id, p.email, p.business_unit, p.attributes::text as attributes'

/** The users with these customer ids, by customer id. */
export async function findUsersByCustomerId(
  connection: Connection,
  workspaceId: number,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, StoredProfile>> {
  const { rows } = await connection.query<ProfileRow & { value: string }>({
    name: 'users-by-customer-id',
    text: `select i.value, ${columns} from identifiers i
           join profiles p on p.workspace_id = $1 and p.id = i.profile_id
           where i.workspace_id = $1 and i.kind = 'customer_id' and i.scope = '' and i.value = any ($2)`,
    values: [workspaceId, customerIds],
  })
  return new Map(rows.map((row) => [row.value, profileOf(row)]))
}

/**
 * All users with this e-mail (in compare form), whatever their business unit; leads are not users (C18).
 * There are as many as business units at most.
 */
export async function findUsersByEmail(
  database: Database,
  workspaceId: number,
  emailKey: string,
): Promise<readonly StoredProfile[]> {
  return await database.inWorkspace(workspaceId, async (connection) => {
    const { rows } = await connection.query<ProfileRow>({
      name: 'users-by-email',
      text: `select ${columns} from identifiers i
             join profiles p on p.workspace_id = $1 and p.id = i.profile_id
             where i.workspace_id = $1 and i.kind = 'email' and i.value = $2 and p.customer_id is not null`,
      values: [workspaceId, emailKey],
    })
    return rows.map(profileOf)
  })
}

/** The customer ids of those of these profiles that are users, by profile id. */
export async function findCustomerIds(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await connection.query<{ id: string; customer: string }>({
    name: 'customer-ids-by-profile',
    text: `select id, customer_id as customer from profiles
           where workspace_id = $1 and id = any ($2::uuid[]) and customer_id is not null`,
    values: [workspaceId, profileIds],
  })
  return new Map(rows.map(({ id, customer }) => [id, customer]))
}

/** The e-mails (in compare form) of the users with these customer ids, by customer id. */
export async function findEmailsByCustomerId(
  connection: Connection,
  workspaceId: number,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await connection.query<{ customer: string; email: string }>({
    name: 'emails-by-customer-id',
    text: `select c.value as customer, e.value as email from identifiers c
           join identifiers e on e.workspace_id = $1 and e.profile_id = c.profile_id and e.kind = 'email'
           where c.workspace_id = $1 and c.kind = 'customer_id' and c.scope = '' and c.value = any ($2)`,
    values: [workspaceId, customerIds],
  })
  return new Map(rows.map((row) => [row.customer, row.email]))
}

function profileOf(row: ProfileRow): StoredProfile {
  return {
    id: row.id,
    customerId: row.customer_id,
    email: row.email,
    businessUnit: row.business_unit,
    attributesJson: row.attributes,
  }
}
