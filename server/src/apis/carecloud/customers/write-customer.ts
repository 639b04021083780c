import { keepsStanding } from '../../../core/customer-tokens/keeps-standing.ts'
import { logIn, noteCreation } from '../../../core/customer-tokens/log-in.ts'
import { retried } from '../../../core/identity/retried.ts'
import { isGoodPassword } from '../../../core/passwords/password-rules.ts'
import { setPassword } from '../../../core/passwords/passwords.ts'
import type { ProfileRef } from '../../../core/profiles/known-profiles.ts'
import { type RegistrationRefusal, registerProfile } from '../../../core/registration/register-profile.ts'
import { type UpdateRefusal, updateProfile } from '../../../core/registration/update-profile.ts'
import type { Call } from '../call.ts'
import { consentSourceOf, levelOf } from '../callers-word.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { badRequest, notFound, outOfReach } from '../errors/carecloud-error.ts'
import { type InvalidParam, invalidParam, type Reason } from '../errors/invalid-param.ts'
import { type Reading, readFields } from '../values/reader.ts'
import { attachRecords, checkRecords, recordsOf } from './customer-records.ts'
import {
  type CustomerBody,
  consentsOf,
  customerBody,
  fieldsOf,
  newFieldsOf,
  personOf,
} from './read-customer.ts'

type RawBody = Readonly<Record<string, unknown>>

const refusals = {
  'email-taken': ['email', 'already_exists'],
  'phone-taken': ['phone', 'already_exists'],
  'unknown-referral-code': ['referral_code', 'not_found'],
} as const satisfies Record<RegistrationRefusal, readonly [string, Reason]>

/** L17, for a person. */
const wantedPassword =
  'Password needs 8 to 200 characters, a digit and an upper-case letter, and must not be a common one'

/** Makes a customer whole, or not at all (L61, L67–L70). Everything that is wrong is told at once (L42). */
export async function createCustomer(
  { database, profileParts }: CareCloudDependencies,
  call: Call,
  raw: RawBody,
): Promise<ProfileRef> {
  const { workspace, caller, now } = call
  const { body, faults } = await readCustomer(call, raw)
  if (!body.password && body.autologin) faults.push(invalidParam({ name: 'password' }, 'required', null))
  const person = personOf(body)
  const records = recordsOf(body)
  return await retried(() =>
    database.transaction(workspace.id, async (connection) => {
      const taken = await checkRecords(connection, workspace.id, records, undefined)
      const made =
        person &&
        (await registerProfile(
          connection,
          workspace,
          {
            level: levelOf(call),
            email: person.email,
            fields: newFieldsOf(person, workspace),
            consents: consentsOf(person),
            consentSource: consentSourceOf(call),
            referralCode: body.referral_code,
            at: now,
          },
          profileParts,
        ))
      const refused =
        made && 'refusals' in made ? made.refusals.map((refusal) => refusedParam(refusal, body)) : []
      // A source that is taken stands first (L44).
      const all = [...taken, ...faults, ...refused]
      if (all.length > 0 || !made || 'refusals' in made) throw badRequest(all)

      await attachRecords(connection, workspace.id, { ...made, level: levelOf(call) }, records)
      if (body.password) await setPassword(connection, workspace.id, made.profileId, body.password)
      if (caller?.kind === 'token') {
        const enter = body.autologin ? logIn : noteCreation
        await enter(connection, workspace.id, caller.tokenId, made.profileId)
      }
      return made
    }),
  )
}

/** Replaces what is said of a customer (L71). */
export async function replaceCustomer(
  { database }: CareCloudDependencies,
  call: Call & { readonly customer: ProfileRef },
  raw: RawBody,
): Promise<void> {
  const { workspace, caller, customer } = call
  const { customer_source: _source, customer_sources: _sources, autologin: _autologin, ...counting } = raw
  const { body, faults } = await readCustomer(call, counting)
  const person = personOf(body)
  const records = recordsOf(body)
  await retried(() =>
    database.transaction(workspace.id, async (connection) => {
      if (
        caller?.kind === 'token' &&
        !(await keepsStanding(connection, workspace.id, caller.tokenId, customer.profileId))
      ) {
        throw outOfReach(customer.number)
      }
      const misfits = await checkRecords(connection, workspace.id, records, customer.profileId)
      const refused =
        person &&
        (await updateProfile(connection, workspace, customer.profileId, {
          level: levelOf(call),
          email: person.email ?? null,
          fields: fieldsOf(person),
          consents: consentsOf(person),
          consentSource: consentSourceOf(call, customer),
        }))
      const all = [
        ...misfits,
        ...faults,
        ...(refused?.refusals ?? []).map((refusal) => updateRefusal(refusal, body, customer)),
      ]
      if (all.length > 0) throw badRequest(all)
      await attachRecords(connection, workspace.id, { ...customer, level: levelOf(call) }, records)
      if (body.password) await setPassword(connection, workspace.id, customer.profileId, body.password)
    }),
  )
}

function updateRefusal(refusal: UpdateRefusal, body: CustomerBody, { number }: ProfileRef): InvalidParam {
  if (refusal === 'gone') throw notFound('customers', number)
  return refusedParam(refusal, body)
}

function refusedParam(refusal: RegistrationRefusal, body: CustomerBody): InvalidParam {
  const [name, reason] = refusals[refusal]
  return invalidParam(
    { name },
    reason,
    name === 'referral_code' ? body.referral_code : personOf(body)?.[name],
  )
}

async function readCustomer(
  { workspace, caller }: Call,
  raw: RawBody,
): Promise<{ readonly body: CustomerBody; readonly faults: InvalidParam[] }> {
  const faults: InvalidParam[] = []
  const loggedIn = caller?.kind === 'token' ? caller.loggedIn : undefined
  const reading: Reading = { workspace, loggedIn, source: 'body', customer: undefined, faults, customers: [] }
  const body = readFields(customerBody, raw, reading)
  const isRefused = faults.some(({ name }) => name === 'personal_information' || name === 'customer')
  if (!personOf(body) && !isRefused) {
    faults.push(invalidParam({ name: 'personal_information' }, 'required', null))
  }
  if (body.password && !(await isGoodPassword(body.password))) {
    faults.push(invalidParam({ name: 'password' }, 'invalid_value_format', null, wantedPassword))
  }
  return { body, faults }
}
