import type { FieldBindings } from '../standard-fields/field-bindings.ts'

/** What of a workspace's settings says how operations are applied. */
export interface ProfileRules {
  /** Whether an e-mail is unique within its business unit only (C12). */
  readonly emailPerUnit: boolean
  /** Which attribute is one value with which standard field (S22). */
  readonly fieldBindings: FieldBindings
}
