import pg from 'pg'
import type { Connection } from '../../platform/postgres/database.ts'
import { comesFrom } from '../customer-sources/find-sources.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { emailKeyOf } from '../profiles/email.ts'
import { type KnownProfile, knownProfileColumns } from './known-profile.ts'

/** All conditions hold; what is absent is none. */
export interface KnownProfileFilter {
  /** Any of them, in compare form. */
  readonly emails?: readonly string[] | undefined
  /** In compare form. */
  readonly phone?: string | undefined
  /** Names as a whole, without regard to case. */
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  /** `YYYY-MM-DD`. */
  readonly birthdate?: string | undefined
  /** Where they come from. */
  readonly sourceId?: string | undefined
  /** Any of them. */
  readonly profileIds?: readonly string[] | undefined
}

/** `same`: by something that all have the same of. */
export type KnownProfileOrder = 'number' | 'changed' | 'same'

const longestPage = 10_000

const orders: Readonly<Record<KnownProfileOrder, string>> = {
  number: 'p.number',
  changed: 'p.updated_at',
  same: 'null::integer',
}

/**
 * Lists known profiles, oldest first where nothing else is asked for (L37–L40); a page is cut at 10 000.
 *
 * What matches is found first, by the index of one filter, and counted and sorted then: asked for a page in order, the
 * planner would go through a million customers in that order until it had enough of them.
 */
export async function listKnownProfiles(
  connection: Connection,
  workspaceId: number,
  filter: KnownProfileFilter,
  request: ListRequest<KnownProfileOrder>,
): Promise<ListPage<KnownProfile>> {
  const values: unknown[] = [workspaceId]
  const conditions = conditionsOf(filter, (value) => `$${values.push(value)}`)
  const { sort, count, offset } = request
  const direction = sort?.descending ? 'desc' : 'asc'
  const order = sort ? `sorted ${direction}, known_at, id` : 'known_at, id'
  const matching = `select p.id, p.known_at ${sort ? `, ${orders[sort.by]} as sorted` : ''} from profiles p
    where ${['p.workspace_id = $1', 'p.known_at is not null', ...conditions].join(' and ')}`
  // Numbers of ours, in the text: for a page of unknown length the planner would sort a million customers.
  const page = `select id, known_at ${sort ? ', sorted' : ''} from found order by ${order}
    limit ${Math.min(count, longestPage)} offset ${offset}`
  const { rows } = await connection.query<KnownProfile & { total: string }>(
    `with found as ${conditions.length > 0 ? '' : 'not'} materialized (${matching}),
     page as materialized (${page})
     select counted.total, ${knownProfileColumns}
     from (select count(*) as total from found) counted
     left join page on true
     left join profiles p on p.workspace_id = $1 and p.id = page.id
     order by ${order.replaceAll('known_at', 'page.known_at').replace(', id', ', page.id')}`,
    values,
  )
  return {
    items: rows.filter(({ profileId }) => profileId !== null),
    total: Number(rows[0]?.total ?? 0),
  }
}

function conditionsOf(
  { emails, phone, firstName, lastName, birthdate, sourceId, profileIds }: KnownProfileFilter,
  parameter: (value: unknown) => string,
): readonly string[] {
  const conditions: string[] = []
  if (emails) {
    const sent = parameter(emails)
    conditions.push(
      `p.id in (select i.profile_id from identifiers i
        where i.workspace_id = $1 and i.kind = 'email' and i.value = any (${sent}::text[]))`,
      // An address that is merely claimed beside better identifiers is not the profile's to show (S14).
      `${emailKeyOf('p.email')} = any (${sent}::text[])`,
    )
  }
  if (phone !== undefined) conditions.push(`p.phone = ${parameter(phone)}`)
  if (firstName !== undefined) conditions.push(isNamed('first_name', firstName, parameter))
  if (lastName !== undefined) conditions.push(isNamed('last_name', lastName, parameter))
  if (birthdate !== undefined) conditions.push(`p.birthdate = ${parameter(birthdate)}::date`)
  // In the text, so that the plan rests on how many come from this one: by a parameter it is made for the average of
  // all sources, and reads a million customers for the thousand of a small one.
  if (sourceId !== undefined) conditions.push(comesFrom(pg.escapeLiteral(sourceId)))
  if (profileIds) conditions.push(`p.id = any (${parameter(profileIds)}::uuid[])`)
  return conditions
}

/** Characters of a name that its key holds; some become two when they are lower-cased. */
const keyCharacters = 64

/** A short name is its key, so that its profiles are found and counted in the index alone. */
export function isNamed(
  column: 'first_name' | 'last_name',
  name: string,
  parameter: (value: unknown) => string,
): string {
  const sent = parameter(name)
  const hasKey = `p.${column}_key = name_key(${sent})`
  if (name.length < keyCharacters) return hasKey
  return `${hasKey} and lower(p.${column} collate "und-x-icu") = lower(${sent}::text collate "und-x-icu")`
}
