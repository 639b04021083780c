import type { Connection } from '../../platform/postgres/database.ts'
import type { Workspace } from '../workspaces/workspace.ts'

/** What people say of themselves: standard fields (S22), and a picture. */
type PersonField = 'first_name' | 'last_name' | 'picture_url' | 'language'
export type PersonFields = Readonly<Partial<Record<PersonField, string>>>

/** The attribute that a field is one value with; undefined: the field is kept beside the attributes. */
function boundAttribute(workspace: Workspace, field: PersonField): string | undefined {
  if (field === 'picture_url') return undefined
  const name = workspace.settings.customerData.standardFields[field]
  const rule = name === undefined ? undefined : workspace.attributes.get(name)
  return rule?.shape === 'scalar' && rule.scalar.type === 'string' ? name : undefined
}

const fieldNames = ['first_name', 'last_name', 'picture_url', 'language'] as const satisfies PersonField[]

/** Where fields are kept: bound ones among the attributes, the others beside them. */
interface StoredFields {
  readonly attributes: Readonly<Record<string, unknown>>
  readonly fields: Readonly<Record<string, unknown>>
}

/** The fields of a profile from where they are kept. */
export function fieldsOf(workspace: Workspace, stored: StoredFields): PersonFields {
  const fields: Partial<Record<PersonField, string>> = {}
  for (const field of fieldNames) {
    const attribute = boundAttribute(workspace, field)
    const value = attribute === undefined ? stored.fields[field] : stored.attributes[attribute]
    if (typeof value === 'string') fields[field] = value
  }
  return fields
}

/** Writes fields of a profile: over what is there, or only where nothing is (E38). Others stay. */
export async function writeFields(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
  fields: PersonFields,
  mode: 'replace' | 'fill',
): Promise<void> {
  const attributes: Record<string, string> = {}
  const kept: Record<string, string> = {}
  for (const field of fieldNames) {
    const value = fields[field]
    if (value === undefined) continue
    const attribute = boundAttribute(workspace, field)
    if (attribute === undefined) kept[field] = value
    else attributes[attribute] = value
  }
  if (Object.keys(attributes).length > 0) {
    await connection.query({
      name: `write-attributes-${mode}`,
      text: `with changed as (
               update profiles set attributes = ${mode === 'fill' ? '$3 || attributes' : 'attributes || $3'},
                 updated_at = now()
               where workspace_id = $1 and id = $2 and
                 ${mode === 'fill' ? '$3 || attributes' : 'attributes || $3'} <> attributes
               returning id
             )
             insert into profile_changes (workspace_id, profile_ids, kinds)
             select $1, array[id], array['updated'] from changed`,
      values: [workspace.id, profileId, JSON.stringify(attributes)],
    })
  }
  if (Object.keys(kept).length === 0) return
  await connection.query({
    name: `write-fields-${mode}`,
    text: `insert into profile_fields as f (workspace_id, profile_id, fields) values ($1, $2, $3)
           on conflict (workspace_id, profile_id) do update
             set fields = ${mode === 'fill' ? 'excluded.fields || f.fields' : 'f.fields || excluded.fields'}`,
    values: [workspace.id, profileId, JSON.stringify(kept)],
  })
}

/** All fields of a profile; of one that is gone none. */
export async function readFields(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
): Promise<PersonFields> {
  const { rows } = await connection.query<StoredFields>({
    name: 'read-fields',
    text: `select p.attributes, coalesce(f.fields, '{}') as fields
           from profiles p left join profile_fields f on f.workspace_id = $1 and f.profile_id = p.id
           where p.workspace_id = $1 and p.id = $2`,
    values: [workspace.id, profileId],
  })
  const [row] = rows
  return row ? fieldsOf(workspace, row) : {}
}

/** Takes the fields that are kept beside the attributes from a profile, and gives all of its fields. */
export async function takeFields(
  connection: Connection,
  workspace: Workspace,
  profileId: string,
): Promise<PersonFields> {
  const { rows } = await connection.query<StoredFields>({
    name: 'take-fields',
    text: `with taken as (
             delete from profile_fields where workspace_id = $1 and profile_id = $2 returning fields
           )
           select attributes, coalesce((select fields from taken), '{}') as fields
           from profiles where workspace_id = $1 and id = $2`,
    values: [workspace.id, profileId],
  })
  const [row] = rows
  return row ? fieldsOf(workspace, row) : {}
}
