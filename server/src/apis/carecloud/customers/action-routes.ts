import { retried } from '../../../core/identity/retried.ts'
import { isGoodPassword } from '../../../core/passwords/password-rules.ts'
import { emailKey, isEmail } from '../../../core/profiles/email.ts'
import { findLiveShareCode } from '../../../core/referral/attribute-at-registration.ts'
import { canRegisterWith } from '../../../core/registration/check-registration-ability.ts'
import type { Contact } from '../../../core/registration/contact-holders.ts'
import { searchKnownProfiles } from '../../../core/registration/search-known-profiles.ts'
import { signUpForNewsletter } from '../../../core/registration/sign-up-for-newsletter.ts'
import { consentSourceOf, levelOf } from '../callers-word.ts'
import type { CareCloudDependencies } from '../carecloud-api.ts'
import { badRequest, refuse } from '../errors/carecloud-error.ts'
import { invalidParam } from '../errors/invalid-param.ts'
import { type Route, route } from '../route.ts'
import { shownCustomerId, shownFoundCustomers } from '../schemas/customers.ts'
import { Flag } from '../schemas/values.ts'
import { checkLogin, loginFields } from '../tokens/login-routes.ts'
import { phoneOf } from '../values/phone.ts'
import { fault, list, object, type Reader, required } from '../values/reader.ts'
import { definedIn, languageId } from '../values/references.ts'
import { oneOf, text, textOf } from '../values/scalars.ts'
import { date } from '../values/times.ts'
import { attachRecords } from './customer-records.ts'
import { agreement, consentsOfAgreement } from './read-customer.ts'

const name = text({ longest: 255 })

/** An e-mail address or a phone number. */
const contact: Reader<{ readonly email: string } | { readonly phone: string }> = {
  schema: { type: 'string' },
  read(value, place, reading) {
    const sent = textOf(value)?.trim() ?? ''
    if (isEmail(sent)) return { email: sent }
    const phone = phoneOf(sent)
    if (phone !== undefined) return { phone }
    const wanted = 'must be an e-mail address, or a phone number with country prefix'
    return fault(reading, place, 'invalid_value_format', value, wanted)
  },
}

/** Actions on the collection of customers (9.2), those of passwords and partners apart. */
export function customerActionRoutes(dependencies: CareCloudDependencies): readonly Route[] {
  const { database, findCardHolder } = dependencies
  return [
    route({
      method: 'POST',
      path: '/customers/actions/validate-customer-data',
      interfaces: 'both',
      open: true,
      calculates: true,
      summary: 'Check a password or a referral code',
      body: { type: required(oneOf(['password', 'referral_code'])), value: required(text()) },
      answers: 'object',
      shows: { is_valid: Flag },
      async handle({ workspace, body: { type, value }, now }) {
        if (type === 'password') return { is_valid: await isGoodPassword(value) }
        const code = await database.inWorkspace(workspace.id, (connection) =>
          findLiveShareCode(connection, workspace, value, now),
        )
        return { is_valid: code !== undefined }
      },
    }),
    route({
      method: 'POST',
      path: '/customers/actions/check-registration-ability',
      interfaces: 'both',
      guardedBy: 'check-registration-ability',
      calculates: true,
      summary: 'Tell whether somebody could register with an e-mail or a phone',
      body: { type: required(oneOf(['email', 'phone'])), value: required(text()) },
      answers: 'object',
      shows: { registration_ability: Flag },
      async handle(call) {
        const { workspace, body } = call
        const asked = contactOf(body.type, body.value)
        if (!asked) throw refuse('value', 'invalid_value_format', body.value)
        const ability = await database.inWorkspace(workspace.id, (connection) =>
          canRegisterWith(connection, workspace, asked, levelOf(call)),
        )
        return { registration_ability: ability }
      },
    }),
    route({
      method: 'POST',
      path: '/customers/actions/newsletters-sign-up',
      interfaces: 'both',
      counted: true,
      summary: 'Sign a contact up for the newsletter',
      body: {
        contact: required(contact),
        customer_source_id: required(definedIn((settings) => settings.loyalty.customerSources)),
        agreements: object(agreement),
        language_id: languageId,
        partner_records: list(
          object({ partner_id: required(definedIn((settings) => settings.loyalty.partners)) }),
        ),
      },
      answers: 'nothing',
      async handle(call) {
        const { workspace, body } = call
        const isPublic = call.interface === 'customer'
        const source = consentSourceOf(call)
        await retried(() =>
          database.transaction(workspace.id, async (connection) => {
            const signedUp = await signUpForNewsletter(connection, workspace, {
              contact: body.contact,
              level: isPublic ? 'claim' : 'proof',
              consents: body.agreements ? consentsOfAgreement(body.agreements) : [],
              // Whoever types an address on the customer interface need not be its owner.
              consentSource: isPublic ? { ...source, actorKind: 'public' } : source,
              language: body.language_id ?? workspace.settings.defaultLanguage,
            })
            const partners = signedUp.isNew ? (body.partner_records ?? []) : []
            const customer = { ...signedUp, level: isPublic ? 'claim' : 'proof' } as const
            await attachRecords(connection, workspace.id, customer, {
              sources: [{ sourceId: body.customer_source_id.id, externalId: null }],
              properties: [],
              partnerIds: partners.map(({ partner_id }) => partner_id.id),
            })
          }),
        )
      },
    }),
    route({
      method: 'POST',
      path: '/customers/actions/verify-credentials',
      interfaces: 'enterprise',
      calculates: true,
      summary: 'Tell whose login and password these are',
      body: loginFields,
      answers: 'object',
      shows: shownCustomerId,
      async handle({ workspace, body }) {
        const customer = await checkLogin(dependencies, workspace, body)
        if (!customer) throw refuse('login_value', 'not_found', body.login_value, 'Wrong login or password')
        return { customer_id: customer.number }
      },
    }),
    route({
      method: 'GET',
      path: '/customers/actions/search-customers',
      interfaces: 'enterprise',
      summary: 'Search customers by names, birthdate and card',
      query: { first_name: name, last_name: name, birthdate: date, card_number: name, mode: name },
      answers: 'object',
      shows: shownFoundCustomers,
      async handle({ workspace, query }) {
        const { mode, ...terms } = query
        const missing =
          mode === 'strict' ? Object.entries(terms).filter(([, value]) => value === undefined) : []
        if (missing.length > 0) {
          throw badRequest(missing.map(([field]) => invalidParam({ name: field }, 'required', null)))
        }
        const { first_name, last_name, birthdate, card_number } = terms
        const found = await database.inWorkspace(workspace.id, async (connection) => {
          const cardHolder =
            card_number === undefined
              ? undefined
              : ((await findCardHolder(connection, workspace.id, card_number))?.profileId ?? null)
          const wanted = { firstName: first_name, lastName: last_name, birthdate, cardHolder }
          return await searchKnownProfiles(connection, workspace.id, wanted, {
            mustFitAll: mode === 'strict',
          })
        })
        return { strict: found.map(({ number, match }) => ({ customer_id: number, match })) }
      },
    }),
  ]
}

function contactOf(kind: Contact['kind'], sent: string): Contact | undefined {
  const value = kind === 'phone' ? phoneOf(sent) : isEmail(sent.trim()) ? emailKey(sent) : undefined
  return value === undefined ? undefined : { kind, value }
}
