import type { Connection } from '../../platform/postgres/database.ts'

/** The numbers of profiles (S8), by their ids. */
export async function readProfileNumbers(
  connection: Connection,
  workspaceId: number,
  profileIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await connection.query<{ id: string; number: string }>({
    name: 'profile-numbers',
    text: 'select id, number::text as number from profiles where workspace_id = $1 and id = any ($2::uuid[])',
    values: [workspaceId, profileIds],
  })
  return new Map(rows.map(({ id, number }) => [id, number]))
}
