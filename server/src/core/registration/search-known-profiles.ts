import type { Connection } from '../../platform/postgres/database.ts'
import { isNamed } from './list-known-profiles.ts'

/** What is known of whom somebody looks for; what is absent is not looked at. */
export interface SearchTerms {
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  /** `YYYY-MM-DD`. */
  readonly birthdate?: string | undefined
  /** Who holds the card that was given; null: nobody does. */
  readonly cardHolder?: string | null | undefined
}

const most = 100

/**
 * Known profiles that at least half of the terms fit, best first, then oldest first; at most 100 (L74).
 *
 * @returns each with the per cent of the terms that fit, rounded
 */
export async function searchKnownProfiles(
  connection: Connection,
  workspaceId: number,
  { firstName, lastName, birthdate, cardHolder }: SearchTerms,
  { mustFitAll }: { readonly mustFitAll: boolean },
): Promise<readonly { readonly number: string; readonly match: number }[]> {
  const values: unknown[] = [workspaceId]
  const parameter = (value: unknown) => `$${values.push(value)}`
  const conditions = [
    ...(firstName === undefined ? [] : [isNamed('first_name', firstName, parameter)]),
    ...(lastName === undefined ? [] : [isNamed('last_name', lastName, parameter)]),
    ...(birthdate === undefined ? [] : [`p.birthdate = ${parameter(birthdate)}::date`]),
    ...(cardHolder === undefined ? [] : [`p.id = ${parameter(cardHolder)}::uuid`]),
  ]
  if (conditions.length === 0) return []
  const least = mustFitAll ? conditions.length : Math.ceil(conditions.length / 2)
  // Every condition is looked up by its own index: one `or` of them all would go through the whole workspace.
  const found = conditions.map(
    (condition) => `select p.id, p.known_at from profiles p
      where p.workspace_id = $1 and p.known_at is not null and ${condition}`,
  )
  const { rows } = await connection.query<{ number: string; fitting: string }>(
    `with fitting as materialized (
       select id, known_at, count(*) as terms from (${found.join(' union all ')}) f
       group by id, known_at having count(*) >= ${least}
       order by count(*) desc, known_at, id limit ${most}
     )
     select p.number::text as number, fitting.terms as fitting
     from fitting join profiles p on p.workspace_id = $1 and p.id = fitting.id
     order by fitting.terms desc, fitting.known_at, fitting.id`,
    values,
  )
  return rows.map(({ number, fitting }) => ({
    number,
    match: Math.round((Number(fitting) / conditions.length) * 100),
  }))
}
