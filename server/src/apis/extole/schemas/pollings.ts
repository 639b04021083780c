import { type TSchema, Type } from 'typebox'
import { ErrorObject } from './errors.ts'
import { Id, nullable } from './values.ts'

const Status = Type.Enum(['PENDING', 'SUCCEEDED', 'FAILED'])
const Ended = Type.Enum(['SUCCEEDED', 'FAILED'])

/** Accepted; `status` says at once what is known at once. */
export const StartedWithStatus = Type.Object(
  { polling_id: Id, status: Status },
  { description: 'Accepted; poll its status.' },
)

export const Started = Type.Object({ polling_id: Id }, { description: 'Accepted; poll its status.' })

/** E114. */
export function polling(members: Readonly<Record<string, TSchema>> = {}): TSchema {
  return Type.Object(
    { polling_id: Id, status: Status, ...members, error: nullable(ErrorObject) },
    { description: 'PENDING until it is SUCCEEDED or FAILED; `error` says why it failed.' },
  )
}

/** Of what ended with the call that began it. */
export function endedPolling(members: Readonly<Record<string, TSchema>>): TSchema {
  return Type.Object(
    { polling_id: Id, status: Ended, ...members, error: nullable(ErrorObject) },
    { description: 'How it ended; `error` says why it failed.' },
  )
}

export const Success = Type.Object({ status: Type.Enum(['success']) }, { description: 'Done.' })
