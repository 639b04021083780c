import type { Connection } from '../../platform/postgres/database.ts'
import type { AttributeFormat, AttributeType, ScalarType } from '../profiles/attribute-type.ts'
import { type AttributeUse, usesOf } from './attribute-usages.ts'
import type { WorkspaceSettings } from './workspace.ts'
import { workspaceChanged } from './workspace-directory.ts'

/** One attribute, or one child, as the registry lists it. */
export interface RegisteredAttribute {
  readonly id: number
  readonly name: string
  readonly type: AttributeType
  readonly items: ScalarType | 'object' | undefined
  /** The attribute whose child it is. */
  readonly parent: { readonly id: number; readonly name: string } | undefined
}

export interface NewAttribute {
  readonly name: string
  readonly type: AttributeType
  readonly items?: ScalarType | 'object' | undefined
  readonly format?: AttributeFormat | undefined
  readonly parentName?: string | undefined
}

export type AttributeRefusal =
  | { readonly refusal: 'exists-with-another-type' }
  | { readonly refusal: 'no-such-parent' }
  /** The workspace has as many children as it may have (C52). */
  | { readonly refusal: 'too-many-children' }

const mostChildren = 30

/**
 * Creates an attribute, or gives the one that exists with the same type (C55). Takes the workspace's row lock, so
 * that ids are given out one by one and never again (C57).
 */
export async function createAttribute(
  connection: Connection,
  workspaceId: number,
  wanted: NewAttribute,
): Promise<{ readonly attribute: RegisteredAttribute; readonly created: boolean } | AttributeRefusal> {
  const { attributes: all } = await lockRegistry(connection, workspaceId)
  const parent = wanted.parentName === undefined ? undefined : parentNamed(all, wanted.parentName)
  if (wanted.parentName !== undefined && !parent) return { refusal: 'no-such-parent' }
  const existing = all.find(({ name, parent: its }) => name === wanted.name && its?.id === parent?.id)
  if (existing) {
    const isSame = existing.type === wanted.type && existing.items === wanted.items
    return isSame ? { attribute: existing, created: false } : { refusal: 'exists-with-another-type' }
  }
  if (parent && all.filter((attribute) => attribute.parent).length >= mostChildren) {
    return { refusal: 'too-many-children' }
  }
  const { rows } = await connection.query<{ id: number }>(
    `with counted as (
       update workspaces set last_attribute_id = last_attribute_id + 1, revision = revision + 1
       where id = $1 returning last_attribute_id
     ),
     told as (select pg_notify('${workspaceChanged}', $1::text))
     insert into attributes (workspace_id, id, parent_id, name, type, item_type, format)
     select $1, last_attribute_id, $2, $3, $4, $5, $6 from counted, told
     returning id`,
    [workspaceId, parent?.id ?? null, wanted.name, wanted.type, wanted.items ?? null, wanted.format ?? null],
  )
  const id = rows[0]?.id
  if (id === undefined) throw new Error('the workspace is gone')
  return {
    attribute: { id, name: wanted.name, type: wanted.type, items: wanted.items, parent },
    created: true,
  }
}

/**
 * Takes an attribute out of the registry; the values that profiles have stay (C58). One that is in use stays
 * (C59): takes the workspace's row lock, so that no use comes up meanwhile. `undefined`: there is none.
 */
export async function deleteAttribute(
  connection: Connection,
  workspaceId: number,
  id: number,
): Promise<{ readonly uses: readonly AttributeUse[] } | undefined> {
  const { attributes, settings } = await lockRegistry(connection, workspaceId)
  const attribute = attributes.find((registered) => registered.id === id)
  if (!attribute) return undefined
  const uses = usesOf(attribute, attributes, settings)
  if (uses.length > 0) return { uses }
  await connection.query(
    `with counted as (update workspaces set revision = revision + 1 where id = $1),
     told as (select pg_notify('${workspaceChanged}', $1::text))
     update attributes set deleted_at = now() from told where workspace_id = $1 and id = $2`,
    [workspaceId, id],
  )
  return { uses: [] }
}

/** All attributes, children too, by ascending id. */
export async function listAttributes(
  connection: Connection,
  workspaceId: number,
): Promise<readonly RegisteredAttribute[]> {
  const { rows } = await connection.query<{
    id: number
    name: string
    type: AttributeType
    item_type: ScalarType | 'object' | null
    parent_id: number | null
    parent_name: string | null
  }>(
    `select a.id, a.name, a.type, a.item_type, a.parent_id, p.name as parent_name from attributes a
     left join attributes p on p.workspace_id = a.workspace_id and p.id = a.parent_id
     where a.workspace_id = $1 and a.deleted_at is null order by a.id`,
    [workspaceId],
  )
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    type: row.type,
    items: row.item_type ?? undefined,
    parent:
      row.parent_id === null || row.parent_name === null
        ? undefined
        : { id: row.parent_id, name: row.parent_name },
  }))
}

async function lockRegistry(
  connection: Connection,
  workspaceId: number,
): Promise<{ readonly attributes: readonly RegisteredAttribute[]; readonly settings: WorkspaceSettings }> {
  const { rows } = await connection.query<{ settings: WorkspaceSettings }>(
    'select settings from workspaces where id = $1 for update',
    [workspaceId],
  )
  const settings = rows[0]?.settings
  if (!settings) throw new Error('the workspace is gone')
  return { attributes: await listAttributes(connection, workspaceId), settings }
}

function parentNamed(
  all: readonly RegisteredAttribute[],
  name: string,
): { readonly id: number; readonly name: string } | undefined {
  const found = all.find(
    (attribute) =>
      attribute.name === name &&
      attribute.parent === undefined &&
      (attribute.type === 'object' || (attribute.type === 'array' && attribute.items === 'object')),
  )
  return found && { id: found.id, name: found.name }
}
