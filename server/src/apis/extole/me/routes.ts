import type { PersonFields } from '../../../core/identity/person-fields.ts'
import { retried } from '../../../core/identity/retried.ts'
import { type PersonRefusal, updatePerson } from '../../../core/identity/update-person.ts'
import type { JsonObject } from '../../../core/profiles/json-object.ts'
import { isLongerThan } from '../../../core/profiles/text.ts'
import { callerOf } from '../consumer.ts'
import { type ErrorCode, ExtoleError } from '../errors.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { textField } from '../read-field.ts'
import { longestName, readIdentity } from '../read-identity.ts'
import { Me, NewMe } from '../schemas/people.ts'
import { Success } from '../schemas/pollings.ts'
import { document } from '../schemas/route-document.ts'
import { presentMe } from './present-person.ts'
import { readCaller } from './read-caller.ts'

/** `/v4/me` (E57–E60). */
export const meRoutes: ExtoleRoutes = (scope, { database, profileParts }) => {
  scope.get(
    '/v4/me',
    {
      schema: document({
        group: 'Me',
        summary: 'Who the caller is, as far as its token may see',
        answer: Me,
      }),
    },
    async (request) => {
      const person = await readCaller(database, request)
      return presentMe(person)
    },
  )

  scope.post(
    '/v4/me',
    {
      config: { bodyToken: true, bodies: 'form' },
      schema: document({
        group: 'Me',
        summary: 'Identify the device, or change its person',
        body: NewMe,
        answer: Success,
      }),
    },
    async (request) => {
      const { workspace, input } = request
      const { standing } = callerOf(request)
      if (!request.hasInput) throw new ExtoleError('missing_request_body')
      const identity = readIdentity(textsOf(input), { email: 'invalid_person_email', blankIsAbsent: false })
      const fields = readFields(input)
      const refusal = await retried(() =>
        database.transaction(workspace.id, (connection) =>
          updatePerson(connection, workspace, standing, { identity, fields }, profileParts),
        ),
      )
      if (refusal) throw presentRefusal(refusal, input)
      return { status: 'success' }
    },
  )
}

/** Identifiers are texts here: a client that sends something else is told so. */
function textsOf(input: JsonObject): JsonObject {
  const email = textField(input, 'email')
  const partnerUserId = textField(input, 'partner_user_id')
  return {
    ...(email === undefined ? {} : { email }),
    ...(partnerUserId === undefined ? {} : { partner_user_id: partnerUserId }),
  }
}

function readFields(input: JsonObject): PersonFields {
  const firstName = name(input, 'first_name', 'invalid_length_first_name')
  const lastName = name(input, 'last_name', 'invalid_length_last_name')
  const picture = textField(input, 'profile_picture_url')
  if (picture !== undefined && !isPictureUrl(picture)) {
    throw new ExtoleError('invalid_profile_picture_url', { profile_picture_url: picture.slice(0, 2000) })
  }
  return {
    ...(firstName === undefined ? {} : { first_name: firstName }),
    ...(lastName === undefined ? {} : { last_name: lastName }),
    ...(picture === undefined ? {} : { picture_url: picture }),
  }
}

function name(input: JsonObject, field: string, code: ErrorCode): string | undefined {
  const value = textField(input, field)
  if (value !== undefined && isLongerThan(value, longestName))
    throw new ExtoleError(code, { [field]: value.slice(0, 200) })
  return value
}

function isPictureUrl(text: string): boolean {
  return text.length <= 2000 && /^https?:\/\//i.test(text) && URL.canParse(text)
}

const refusals = {
  denied: ['access_denied', undefined],
  'email-defined': ['person_email_already_defined', 'email'],
  'partner-id-defined': ['partner_user_id_already_defined', 'partner_user_id'],
} as const satisfies Record<PersonRefusal, readonly [ErrorCode, string | undefined]>

function presentRefusal(refusal: PersonRefusal, input: JsonObject): ExtoleError {
  const [code, field] = refusals[refusal]
  return new ExtoleError(
    code,
    field === undefined ? {} : { [field]: String(input[field] ?? '').slice(0, 255) },
  )
}
