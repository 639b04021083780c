import type { Connection } from '../../platform/postgres/database.ts'
import { type AttributeRefusal, createAttribute, type NewAttribute } from './attribute-registry.ts'
import type { FileFault } from './file/file-fault.ts'
import type { WorkspaceFile } from './file/workspace-file.ts'

type FileAttribute = WorkspaceFile['customerData']['attributes'][number]

const reasons = {
  'exists-with-another-type':
    'exists with another type, and profiles may have values of it; delete it in the attribute registry first',
  'no-such-parent': 'has no parent that could hold it',
  'too-many-children': 'is one child too many: a workspace has at most 30 fields of objects',
} satisfies Record<AttributeRefusal['refusal'], string>

/** Adds the attributes of a file to the registry (C56: those that are there stay). */
export async function applyAttributes(
  connection: Connection,
  workspaceId: number,
  attributes: readonly FileAttribute[],
): Promise<{ readonly changes: readonly string[]; readonly faults: readonly FileFault[] }> {
  const changes: string[] = []
  const faults: FileFault[] = []

  async function add(path: string, wanted: NewAttribute): Promise<void> {
    const result = await createAttribute(connection, workspaceId, wanted)
    if ('refusal' in result) faults.push({ path, reason: reasons[result.refusal] })
    else if (result.created)
      changes.push(`+ attribute ${wanted.parentName ? `${wanted.parentName}.` : ''}${wanted.name}`)
    else if (await applyFormat(connection, workspaceId, result.attribute.id, wanted.format))
      changes.push(`~ attribute ${wanted.name}: format ${wanted.format ?? 'none'}`)
  }

  for (const [index, attribute] of attributes.entries()) {
    const path = `customerData.attributes[${index}]`
    const { name, type } = attribute
    const items = 'items' in attribute ? attribute.items : undefined
    const format = 'format' in attribute ? attribute.format : undefined
    await add(path, { name, type, items, format })
    const fields = ('fields' in attribute ? attribute.fields : undefined) ?? []
    for (const [at, field] of fields.entries()) {
      await add(`${path}.fields[${at}]`, { name: field.name, type: field.type, parentName: name })
    }
  }
  return { changes, faults }
}

/** The format is the file's alone: v1's registry knows none. Gives whether it was another one. */
async function applyFormat(
  connection: Connection,
  workspaceId: number,
  id: number,
  format: string | undefined,
): Promise<boolean> {
  const { rowCount } = await connection.query(
    'update attributes set format = $3 where workspace_id = $1 and id = $2 and format is distinct from $3',
    [workspaceId, id, format ?? null],
  )
  return Boolean(rowCount)
}
