import type { Connection } from '../../platform/postgres/database.ts'

/** What people say of themselves on a device: standard fields (S22), and a picture. */
type PersonField = 'first_name' | 'last_name' | 'picture_url' | 'language'
export type PersonFields = Readonly<Partial<Record<PersonField, string>>>

export type PersonColumns = Readonly<Record<PersonField, string | null>>

export const personColumns = 'p.first_name, p.last_name, p.picture_url, p.language'

/** The fields that a profile has. */
export function personFieldsOf({
  first_name,
  last_name,
  picture_url,
  language,
}: PersonColumns): PersonFields {
  return {
    ...(first_name === null ? {} : { first_name }),
    ...(last_name === null ? {} : { last_name }),
    ...(picture_url === null ? {} : { picture_url }),
    ...(language === null ? {} : { language }),
  }
}

export async function readPersonFields(
  connection: Connection,
  workspaceId: number,
  profileId: string,
): Promise<PersonFields> {
  const { rows } = await connection.query<PersonColumns>({
    name: 'read-person-fields',
    text: `select ${personColumns} from profiles p where p.workspace_id = $1 and p.id = $2`,
    values: [workspaceId, profileId],
  })
  return rows[0] ? personFieldsOf(rows[0]) : {}
}
