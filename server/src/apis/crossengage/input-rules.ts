import type { AttributeSchema } from '../../core/profiles/attribute-schema.ts'
import type { BusinessUnits } from '../../core/profiles/business-unit.ts'
import type { FieldNames, ProfileInputRules } from '../../core/profiles/read-profile-input.ts'

/** Calls that write users; each takes a user object in its own way. */
export type UserCall = 'v2-users' | 'v1-user' | 'v1-batch' | 'v1-leads'

const names: FieldNames = {
  customerId: 'id',
  email: 'email',
  businessUnit: 'businessUnit',
  profileId: 'xngId',
}

type CallRules = Omit<ProfileInputRules, 'attributes' | 'businessUnits'>

const callRules = {
  'v2-users': { names, customerId: 'required', email: 'required', passesUnknownNulls: false },
  // The id is the path's, put into the object by the route (C45).
  'v1-user': {
    names: { ...names, ignored: 'externalId' },
    customerId: 'required',
    email: 'optional',
    passesUnknownNulls: true,
  },
  'v1-batch': {
    names: { ...names, customerIdAlias: 'externalId' },
    customerId: 'required',
    email: 'optional',
    passesUnknownNulls: true,
  },
  'v1-leads': { names, customerId: 'refused', email: 'required', passesUnknownNulls: true },
} as const satisfies Record<UserCall, CallRules>

/** How a call reads users of a workspace: C3 and C4 in v2, C44, C45, C48, C50 and C61 in v1. */
export function inputRules(
  call: UserCall,
  workspace: { readonly attributes: AttributeSchema; readonly businessUnits: BusinessUnits },
): ProfileInputRules {
  return { ...callRules[call], attributes: workspace.attributes, businessUnits: workspace.businessUnits }
}
