import type { Connection } from '../../platform/postgres/database.ts'
import type { AttributeDefinition, FieldDefinition } from '../profiles/attribute-schema.ts'
import type { AttributeFormat, AttributeType, ScalarType } from '../profiles/attribute-type.ts'
import { openJwtKeys, type StoredJwtKey } from './jwt-keys.ts'
import { compileWorkspace, type KeyKind, type Workspace, type WorkspaceSettings } from './workspace.ts'

interface WorkspaceRow {
  readonly id: number
  readonly slug: string
  readonly revision: string
  readonly secret: Buffer
  readonly settings: WorkspaceSettings
  readonly settings_changed_at: Date
  readonly keys: readonly { hash: string; kind: KeyKind }[]
  readonly jwt_keys: readonly StoredJwtKey[]
  readonly attributes: readonly AttributeRow[]
}

interface AttributeRow {
  readonly id: number
  readonly parent_id: number | null
  readonly name: string
  readonly type: AttributeType
  readonly item_type: ScalarType | 'object' | null
  readonly format: AttributeFormat | null
}

/** The workspaces with these ids, or all of them; one consistent look. */
export async function loadWorkspaces(
  connection: Connection,
  ids?: readonly number[],
): Promise<readonly Workspace[]> {
  const { rows } = await connection.query<WorkspaceRow>(
    `select w.id, w.slug, w.revision, w.secret, w.settings, w.settings_changed_at,
       (select coalesce(json_agg(json_build_object('hash', encode(k.secret_hash, 'hex'), 'kind', k.kind)), '[]')
        from workspace_keys k where k.workspace_id = w.id and k.revoked_at is null) as keys,
       (select coalesce(json_agg(json_build_object('kid', j.kid, 'algorithm', j.algorithm,
          'public_key', j.public_key, 'encrypted_secret', encode(j.encrypted_secret, 'hex'))), '[]')
        from jwt_keys j where j.workspace_id = w.id) as jwt_keys,
       (select coalesce(json_agg(a order by a.id), '[]')
        from attributes a where a.workspace_id = w.id and a.deleted_at is null) as attributes
     from workspaces w where $1::int[] is null or w.id = any ($1)
     order by w.id`,
    [ids ?? null],
  )
  return rows.map((row) =>
    compileWorkspace({
      id: row.id,
      slug: row.slug,
      revision: Number(row.revision),
      secret: row.secret,
      settings: row.settings,
      settingsChangedAt: row.settings_changed_at,
      keys: new Map(row.keys.map((key) => [key.hash, key.kind])),
      jwtKeys: openJwtKeys(row.jwt_keys, row.secret),
      attributeDefinitions: definitionsOf(row.attributes),
    }),
  )
}

function definitionsOf(rows: readonly AttributeRow[]): readonly AttributeDefinition[] {
  const children = Map.groupBy(rows, (row) => row.parent_id)
  return (children.get(null) ?? []).map((row) => ({
    id: row.id,
    name: row.name,
    type: row.type,
    format: row.format ?? undefined,
    items: row.item_type ?? undefined,
    fields: (children.get(row.id) ?? []).map(fieldOf),
  }))
}

function fieldOf(row: AttributeRow): FieldDefinition {
  // A child is neither array nor object: two levels are the depth there is.
  return { id: row.id, name: row.name, type: row.type as ScalarType, format: row.format ?? undefined }
}
