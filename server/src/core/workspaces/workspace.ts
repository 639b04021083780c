import {
  type AttributeDefinition,
  type AttributeSchema,
  compileAttributeSchema,
} from '../profiles/attribute-schema.ts'
import { type BusinessUnits, listBusinessUnits } from '../profiles/business-unit.ts'
import type { FieldBindings } from '../standard-fields/field-bindings.ts'
import { bindFields } from './bind-fields.ts'
import type { WorkspaceFile } from './file/workspace-file.ts'
import type { JwtKey } from './jwt-keys.ts'

/** The settings of a workspace: its file, defaults filled in, without its secrets. */
export type WorkspaceSettings = WorkspaceFile

export type KeyKind = WorkspaceFile['keys'][number]['kind']

/** A workspace as the database has it. */
export interface StoredWorkspace {
  readonly id: number
  readonly slug: string
  /** Grows with every change. */
  readonly revision: number
  /** Ids and tracking ids are derived under it. */
  readonly secret: Buffer
  readonly settings: WorkspaceSettings
  /** When a file changed the settings last. */
  readonly settingsChangedAt: Date
  /** Hashes of unrevoked keys, as hexadecimal text, and their kinds. */
  readonly keys: ReadonlyMap<string, KeyKind>
  /** Keys that verify customers' JWTs, by kid. */
  readonly jwtKeys: ReadonlyMap<string, JwtKey>
  readonly attributeDefinitions: readonly AttributeDefinition[]
}

/** A workspace as this process knows it: an immutable snapshot, replaced when anything of it changes. */
export interface Workspace extends StoredWorkspace {
  readonly attributes: AttributeSchema
  readonly businessUnits: BusinessUnits
  readonly eventTypes: ReadonlySet<string>
  /** Whether an e-mail is unique within its business unit only, or in the whole workspace (C12). */
  readonly emailPerUnit: boolean
  /** Which attribute is one value with which standard field (S22). */
  readonly fieldBindings: FieldBindings
}

/** Prepares what requests need: done once for each change of the workspace. */
export function compileWorkspace(stored: StoredWorkspace): Workspace {
  const { businessUnits, emailUniqueness, standardFields } = stored.settings.customerData
  const attributes = compileAttributeSchema(stored.attributeDefinitions)
  return {
    ...stored,
    attributes,
    fieldBindings: bindFields(standardFields, attributes),
    businessUnits: listBusinessUnits(businessUnits.length > 0 ? businessUnits : undefined),
    eventTypes: new Set(stored.settings.eventTypes.map((type) => type.code)),
    emailPerUnit: emailUniqueness === 'business-unit',
  }
}
