import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import type { DeviceBinding } from './device-binding.ts'
import { type Parameter, readParameters } from './parameters.ts'
import { type PersonColumns, type PersonFields, personColumns, personFieldsOf } from './person-fields.ts'
import type { TokenStanding } from './token-standing.ts'
import { rightsOf } from './trust.ts'

/** Who somebody is, as the caller may see it: what it may not see is absent (E35). */
export interface SeenNames {
  readonly number: string
  readonly email: string | undefined
  readonly partnerUserId: string | undefined
  readonly fields: PersonFields
}

/** A person as the caller may see it. */
export interface SeenPerson extends SeenNames {
  readonly parameters: readonly Parameter[]
}

interface ProfileRow extends PersonColumns {
  readonly id: string
  readonly number: string
  readonly email: string | null
  readonly customer_id: string | null
  readonly partner_user_id: string | null
}

const columns = `p.id, p.number::text as number, p.email, ${personColumns},
  (select value from identifiers i where i.workspace_id = $1 and i.profile_id = p.id and i.kind = 'customer_id'
   limit 1) as customer_id,
  (select value from identifiers i where i.workspace_id = $1 and i.profile_id = p.id and i.kind = 'partner_user_id'
   limit 1) as partner_user_id`

/** The caller's own person, within the table of rights (extole 3). */
export async function readPerson(
  connection: Connection,
  workspace: Workspace,
  standing: TokenStanding,
): Promise<SeenPerson | undefined> {
  const [row] = await readPersonRows(connection, workspace.id, [standing])
  if (!row) return undefined
  const parameters = await readParameters(connection, workspace.id, 'profile', row.id)
  const own =
    rightsOf(standing).readParameters === 'own'
      ? await readParameters(connection, workspace.id, 'binding', standing.bindingId)
      : []
  return {
    ...seenNames(row, standing),
    parameters: seenParameters(parameters, own, standing),
  }
}

/** A profile as it is stored, and what the device that asks gave itself. */
type PersonRow = ProfileRow & Pick<DeviceBinding, 'givenEmail' | 'givenPartnerUserId' | 'ownFields'>

/**
 * The profiles that these tokens stand for, in their order; undefined where one is gone. Look-ups one by one, which
 * `limit` holds the planner to.
 */
export async function readPersonRows(
  connection: Connection,
  workspaceId: number,
  standings: readonly TokenStanding[],
): Promise<readonly (PersonRow | undefined)[]> {
  const { rows } = await connection.query<PersonRow & { readonly n: string }>({
    name: 'read-people',
    text: `select asked.n, ${columns}, b.given_email as "givenEmail",
             b.given_partner_user_id as "givenPartnerUserId", b.own_fields as "ownFields"
           from unnest($2::uuid[], $3::uuid[]) with ordinality as asked (profile_id, binding_id, n)
           cross join lateral (
             select * from device_bindings b where b.workspace_id = $1 and b.id = asked.binding_id limit 1
           ) b
           cross join lateral (
             select * from profiles p where p.workspace_id = $1 and p.id = asked.profile_id limit 1
           ) p`,
    values: [
      workspaceId,
      standings.map(({ profileId }) => profileId),
      standings.map(({ bindingId }) => bindingId),
    ],
  })
  const found: (PersonRow | undefined)[] = standings.map(() => undefined)
  for (const row of rows) found[Number(row.n) - 1] = row
  return found
}

/** What of a profile its caller may see, but for the parameters. */
export function seenNames(row: PersonRow, standing: TokenStanding): SeenNames {
  return {
    number: row.number,
    ...seenIdentifiers(row, standing),
    fields: seenFields(row, standing),
  }
}

function seenIdentifiers(
  row: PersonRow,
  standing: TokenStanding,
): Pick<SeenNames, 'email' | 'partnerUserId'> {
  const extent = rightsOf(standing).readIdentifiers
  if (extent === 'none') return { email: undefined, partnerUserId: undefined }
  if (extent === 'own') {
    return { email: row.givenEmail ?? undefined, partnerUserId: row.givenPartnerUserId ?? undefined }
  }
  return {
    email: row.email?.trim().toLowerCase(),
    partnerUserId: row.partner_user_id ?? row.customer_id ?? undefined,
  }
}

function seenFields(row: PersonRow, standing: TokenStanding): PersonFields {
  const fields = personFieldsOf(row)
  if (rightsOf(standing).readFields === 'all') return fields
  const { first_name, picture_url } = fields
  return {
    ...(first_name === undefined ? {} : { first_name }),
    ...(picture_url === undefined ? {} : { picture_url }),
    ...row.ownFields,
  }
}

function seenParameters(
  all: readonly Parameter[],
  own: readonly Parameter[],
  standing: TokenStanding,
): readonly Parameter[] {
  if (rightsOf(standing).readParameters === 'all') return all
  const names = new Set(own.map(({ name }) => name))
  return [...own, ...all.filter(({ name, visibility }) => visibility === 'public' && !names.has(name))]
}

/** What anybody may know of a person (E36, E39). */
export interface PublicPerson {
  readonly number: string
  readonly firstName: string | undefined
  readonly pictureUrl: string | undefined
  readonly parameters: readonly Parameter[]
}

/** The public part of people by number (S8), also by that of a profile that was merged away (S9); by the number asked for. */
export async function readPublicPeople(
  connection: Connection,
  workspace: Workspace,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, PublicPerson>> {
  const { rows } = await connection.query<ProfileRow & { asked: string; parameters: Parameter[] }>({
    name: 'read-public-people',
    text: `with meant as (
             select asked, coalesce(
               (select id from profiles where workspace_id = $1 and number = asked),
               (select survivor_id from merged_profiles where workspace_id = $1 and number = asked)
             ) as id
             from unnest($2::bigint[]) asked
           )
           select meant.asked::text as asked, ${columns},
             coalesce((select jsonb_agg(jsonb_build_object('name', name, 'visibility', visibility, 'value', value) order by name)
                       from profile_parameters v
                       where v.workspace_id = $1 and v.profile_id = p.id and v.visibility = 'public'), '[]') as parameters
           from meant join profiles p on p.workspace_id = $1 and p.id = meant.id`,
    values: [workspace.id, numbers],
  })
  return new Map(
    rows.map((row) => {
      const { first_name, picture_url } = personFieldsOf(row)
      return [
        row.asked,
        { number: row.number, firstName: first_name, pictureUrl: picture_url, parameters: row.parameters },
      ]
    }),
  )
}
