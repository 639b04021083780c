import type { JsonObject } from '../../../core/profiles/json-object.ts'
import { isGiven } from '../values/reader.ts'
import { badRequest, CareCloudError } from './carecloud-error.ts'
import { type InvalidParam, shown } from './invalid-param.ts'

/**
 * What the core refused is told with the values that the client wrote, and not with what they were read as: a phone
 * number in its own spelling, a day that was read as a moment (L42). A name that the body does not have, or has more
 * than once, keeps what the refusal says of it; so does one of the path.
 */
export function asSent(error: unknown, body: JsonObject, params: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof CareCloudError) || error.invalidParams.length === 0) return error
  const sent = new Map<string, unknown[]>()
  collect(body, sent)
  return badRequest(
    error.invalidParams.map((param): InvalidParam => {
      const { name, reason, index } = param
      const values = sent.get(name) ?? []
      const isTold = index !== undefined || reason === 'required' || name === 'password'
      const [value] = values
      // Of a list the refusal tells which entry it means.
      const isOne = values.length === 1 && typeof value !== 'object'
      return isTold || !isOne || Object.hasOwn(params, name) ? param : { ...param, value: shown(value) }
    }),
  )
}

/** What was given under each name, however deep. */
function collect(value: unknown, into: Map<string, unknown[]>): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const entry of value) collect(entry, into)
    return
  }
  for (const [name, held] of Object.entries(value)) {
    if (isGiven(held)) {
      const known = into.get(name)
      if (known) known.push(held)
      else into.set(name, [held])
    }
    collect(held, into)
  }
}
