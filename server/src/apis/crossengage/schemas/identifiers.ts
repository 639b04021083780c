import { Type } from 'typebox'

/** Path of a user: its id, percent-encoded (2.1). */
export const UserPath = Type.Object({ id: Type.String({ description: 'The id of the user.' }) })

export const XngId = Type.String({ format: 'uuid', description: 'Minted by the server; it never changes.' })

export const Email = Type.String({ format: 'email', maxLength: 254 })

export const BusinessUnit = Type.String({ description: 'One of the workspace, without letter case.' })

export const CustomerId = Type.String({ minLength: 1, maxLength: 255 })
