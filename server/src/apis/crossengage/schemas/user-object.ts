import { Type } from 'typebox'
import { BusinessUnit, CustomerId, Email, XngId } from './identifiers.ts'

/** Beside the fields stands each attribute under its bare name; null clears it (section 5). */
const attributes = { additionalProperties: Type.Unknown({ description: 'An attribute of the workspace.' }) }

const written = {
  businessUnit: Type.Optional(Type.Union([BusinessUnit, Type.Null()])),
  xngId: Type.Optional(Type.Union([XngId, Type.Null()])),
}

/** A user as version 2 takes it: id and e-mail always (C3). */
export const UserInput = Type.Object({ id: CustomerId, email: Email, ...written }, attributes)

/** A user as version 1 takes it in `PUT /users/{id}`: the id is the path's (C44, C45). */
export const UserUpdate = Type.Object(
  {
    id: Type.Optional(Type.Union([CustomerId, Type.Number(), Type.Null()])),
    email: Type.Optional(Type.Union([Email, Type.Null()])),
    ...written,
  },
  attributes,
)

/** A user as version 1 takes it in a batch (C50). */
export const UserEntry = Type.Object(
  {
    id: Type.Optional(CustomerId),
    externalId: Type.Optional(Type.String({ description: 'In place of id.' })),
    email: Type.Optional(Type.Union([Email, Type.Null()])),
    ...written,
  },
  attributes,
)

/** A lead as version 1 takes it (C61). */
export const LeadEntry = Type.Object({ email: Email, ...written }, attributes)

/** An entry that names who is to be deleted; its other fields are not looked at (C23). */
export const DeletedEntry = Type.Object({ id: CustomerId }, { additionalProperties: true })

/** A user as it is read. Fields without a value are left out. */
export const UserObject = Type.Object(
  {
    id: CustomerId,
    xngId: XngId,
    email: Type.Optional(Email),
    businessUnit: Type.Optional(BusinessUnit),
  },
  { ...attributes, description: 'The user. Fields without a value are left out.' },
)
