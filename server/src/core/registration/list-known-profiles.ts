import pg from 'pg'
import type { Connection } from '../../platform/postgres/database.ts'
import { comesFrom, customersOf } from '../customer-sources/find-sources.ts'
import type { ListPage, ListRequest } from '../lists/list-request.ts'
import { emailKeyOf } from '../profiles/email.ts'
import { type KnownProfile, readKnownProfiles } from './known-profile.ts'

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

/** Undefined: all have the same of it, so that they stand in the order of the list. */
const orders: Readonly<Record<KnownProfileOrder, string | undefined>> = {
  number: 'p.number',
  changed: 'p.updated_at',
  same: undefined,
}

/**
 * Lists known profiles, oldest first where nothing else is asked for (L37–L40); a page is cut at 10 000.
 *
 * What matches is counted and put in order by what indexes hold of it; only the profiles of the page are read.
 */
export async function listKnownProfiles(
  connection: Connection,
  workspaceId: number,
  filter: KnownProfileFilter,
  { sort, count, offset }: ListRequest<KnownProfileOrder>,
): Promise<ListPage<KnownProfile>> {
  const values: unknown[] = [workspaceId]
  const sorted = sort && orders[sort.by]
  const { text, isGathered } = matching(filter, sorted, (value) => `$${values.push(value)}`)
  const order = sorted ? `sorted ${sort.descending ? 'desc' : 'asc'}, known_at, id` : 'known_at, id'
  // Numbers of ours, in the text: for a page of unknown length the planner would sort a million customers. Not prepared:
  // a plan made while the table is small takes one index for as good as another, and would be kept.
  const { rows } = await connection.query<{ total: string; ids: readonly string[] }>(
    `with found as ${isGathered ? '' : 'not'} materialized (${text})
     select (select count(*) from found) as total,
       array_to_json(array(
         select id from found order by ${order} limit ${Math.min(count, longestPage)} offset ${offset}
       )) as ids`,
    values,
  )
  const [{ total, ids } = { total: 0, ids: [] }] = rows
  return { items: await readKnownProfiles(connection, workspaceId, ids), total: Number(total) }
}

interface Matching {
  /** Selects `id`, `known_at`, and what they are to be sorted by as `sorted`. */
  readonly text: string
  /**
   * Whether all are found before they are sorted: asked for a page in order, the planner would go through a million
   * customers in that order until it had enough of them. Not where one index finds them in the order of the list.
   */
  readonly isGathered: boolean
}

function matching(
  filter: KnownProfileFilter,
  sorted: string | undefined,
  parameter: (value: unknown) => string,
): Matching {
  const { sourceId, ...others } = filter
  const conditions = conditionsOf(others, parameter)
  if (sourceId !== undefined && conditions.length === 0 && sorted === undefined) {
    return { text: customersOf(parameter(sourceId)), isGathered: false }
  }
  // In the text, so that the plan rests on how many come from this one: by a parameter it is made for the average of
  // all sources, and reads a million customers for the thousand of a small one.
  if (sourceId !== undefined)
    conditions.push({ text: comesFrom(pg.escapeLiteral(sourceId)), isInOrder: false })
  const isOneInOrder = conditions.length === 1 && conditions.every(({ isInOrder }) => isInOrder)
  return {
    text: `select p.id, p.known_at ${sorted ? `, ${sorted} as sorted` : ''} from profiles p
      where ${['p.workspace_id = $1', 'p.known_at is not null', ...conditions.map(({ text }) => text)].join(' and ')}`,
    isGathered: conditions.length > 0 && !(isOneInOrder && sorted === undefined),
  }
}

interface Condition {
  readonly text: string
  /** Whether an index has all that it says, and then the order of the list. */
  readonly isInOrder: boolean
}

function conditionsOf(
  { emails, phone, firstName, lastName, birthdate, profileIds }: Omit<KnownProfileFilter, 'sourceId'>,
  parameter: (value: unknown) => string,
): Condition[] {
  const conditions: Condition[] = []
  const say = (text: string, isInOrder = false) => conditions.push({ text, isInOrder })
  if (emails) {
    const sent = parameter(emails)
    say(`p.id in (select i.profile_id from identifiers i
      where i.workspace_id = $1 and i.kind = 'email' and i.value = any (${sent}::text[]))`)
    // An address that is merely claimed beside better identifiers is not the profile's to show (S14).
    say(`${emailKeyOf('p.email')} = any (${sent}::text[])`)
  }
  if (phone !== undefined) say(`p.phone = ${parameter(phone)}`)
  if (firstName !== undefined) say(isNamed('first_name', firstName, parameter), isWholeInKey(firstName))
  if (lastName !== undefined) say(isNamed('last_name', lastName, parameter), isWholeInKey(lastName))
  if (birthdate !== undefined) say(`p.birthdate = ${parameter(birthdate)}::date`, true)
  if (profileIds) say(`p.id = any (${parameter(profileIds)}::uuid[])`)
  return conditions
}

/** Characters of a name that its key holds; some become two when they are lower-cased. */
const keyCharacters = 64

function isWholeInKey(name: string): boolean {
  return name.length < keyCharacters
}

/** A short name is its key, so that its profiles are found and counted in the index alone. */
export function isNamed(
  column: 'first_name' | 'last_name',
  name: string,
  parameter: (value: unknown) => string,
): string {
  const sent = parameter(name)
  const hasKey = `p.${column}_key = name_key(${sent})`
  if (isWholeInKey(name)) return hasKey
  return `${hasKey} and lower(p.${column} collate "und-x-icu") = lower(${sent}::text collate "und-x-icu")`
}
