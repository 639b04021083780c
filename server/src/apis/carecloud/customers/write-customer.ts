import { keepsStanding } from '../../../core/customer-tokens/keeps-standing.ts'
import { logIn, noteCreation } from '../../../core/customer-tokens/log-in.ts'
import { lockProfile, ProfileGone } from '../../../core/identity/identify.ts'
import { retried } from '../../../core/identity/retried.ts'
import { isGoodPassword } from '../../../core/passwords/password-rules.ts'
import { setPassword } from '../../../core/passwords/passwords.ts'
import { findKnownProfile, type ProfileRef } from '../../../core/profiles/known-profiles.ts'
import { type RegistrationRefusal, registerProfile } from '../../../core/registration/register-profile.ts'
import { type UpdateRefusal, updateProfile } from '../../../core/registration/update-profile.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import type { Call } from '../call.ts'
import { consentSourceOf, levelOf } from '../callers-word.ts'
import { ownCustomer } from '../canonical-url.ts'
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
            fields: newFieldsOf(person),
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

interface CustomerCall extends Call {
  readonly customer: ProfileRef
  readonly params: { readonly customer_id: string }
}

/** Replaces what is said of a customer (L71). */
export async function replaceCustomer(
  { database }: CareCloudDependencies,
  call: CustomerCall,
  raw: RawBody,
): Promise<void> {
  const { workspace, caller, customer } = call
  const { customer_source: _source, customer_sources: _sources, autologin: _autologin, ...counting } = raw
  const { body, faults } = await readCustomer(call, counting)
  const person = personOf(body)
  const records = recordsOf(body)
  await retried(() =>
    database.transaction(workspace.id, async (connection) => {
      const profile = await lockCustomer(connection, call)
      if (
        caller?.kind === 'token' &&
        !(await keepsStanding(connection, workspace.id, caller.tokenId, profile.profileId))
      ) {
        throw outOfReach(customer.number)
      }
      const misfits = await checkRecords(connection, workspace.id, records, profile.profileId)
      const refused =
        person &&
        (await updateProfile(connection, workspace, profile.profileId, {
          level: levelOf(call),
          email: person.email ?? null,
          fields: fieldsOf(person),
          consents: consentsOf(person),
          consentSource: consentSourceOf(call, profile),
        }))
      const all = [
        ...misfits,
        ...faults,
        ...(refused?.refusals ?? []).map((refusal) => updateRefusal(refusal, body)),
      ]
      if (all.length > 0) throw badRequest(all)
      await attachRecords(connection, workspace.id, { ...profile, level: levelOf(call) }, records)
      if (body.password) await setPassword(connection, workspace.id, profile.profileId, body.password)
    }),
  )
}

/**
 * Locks whom the id of the path names at this moment: a merge, or its undoing, may have ended since it was looked up
 * (S9).
 */
async function lockCustomer(
  connection: Connection,
  { workspace, reach, customer, params: { customer_id: sent } }: CustomerCall,
): Promise<ProfileRef> {
  const number = sent === ownCustomer ? customer.number : sent
  const find = () => findKnownProfile(connection, workspace.id, number)
  const found = await find()
  if (!found) throw reach.all ? notFound('customers', number) : outOfReach(number)
  await lockProfile(connection, workspace.id, found.profileId)
  const isFormer = found.number !== number
  if (isFormer && (await find())?.profileId !== found.profileId) throw new ProfileGone()
  return found
}

function updateRefusal(refusal: UpdateRefusal, body: CustomerBody): InvalidParam {
  if (refusal === 'gone') throw new ProfileGone()
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
