import type { Consent } from '../../../core/consents/consents.ts'
import type { KnownProfile } from '../../../core/registration/known-profile.ts'
import { type Address, addressParts, genders } from '../../../core/standard-fields/standard-fields.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import { presentPhone } from '../values/phone.ts'
import { presentTime } from '../values/times.ts'

/**
 * A customer with every field of L65, unset ones null. A language that another API wrote, or a store that closed, is
 * null where the workspace has it no more (L50): a client may send back what it read.
 */
export function presentCustomer(
  profile: KnownProfile,
  workspace: Workspace,
  shortSalutation = false,
): object {
  const { languages, loyalty } = workspace.settings
  return {
    customer_id: profile.number,
    personal_information: {
      salutation: profile.salutation ?? salutationOf(profile, shortSalutation),
      gender: profile.gender === null ? null : genders.indexOf(profile.gender) + 1,
      first_name: profile.first_name,
      last_name: profile.last_name,
      pre_nominals: profile.pre_nominals,
      post_nominals: profile.post_nominals,
      birthdate: profile.birthdate,
      email: profile.email,
      phone: presentPhone(profile.phone),
      language_id: languages.find((language) => language === profile.language) ?? null,
      store_id: loyalty.stores.find(({ id }) => id === profile.store_id)?.id ?? null,
      address: presentAddress(profile.address),
      ...presentConsents(profile.consents, workspace),
    },
    doi_email: null,
    doi_phone: null,
    last_change: presentTime(profile.changedAt, workspace),
    state: 1,
  }
}

/** L66. */
function salutationOf({ first_name, last_name }: KnownProfile, short: boolean): string | null {
  const names = (short ? [first_name] : [first_name, last_name]).filter((name) => name !== null)
  return names.length > 0 ? names.join(' ') : null
}

/** Every part, unset ones null. */
export function presentAddress(address: Address | null): object {
  const presented: Record<string, string | null> = {}
  for (const part of addressParts) presented[part] = address?.[part] ?? null
  presented.country_code = presented.country_code?.toLowerCase() ?? null
  return presented
}

const standardConsents = {
  gtc: 'agreement_gtc',
  profiling: 'agreement_profiling',
  'marketing-communication': 'agreement_marketing_communication',
} as const

/** Two views of one state, in the order of the file (L63, L65). */
function presentConsents(consents: readonly Consent[], workspace: Workspace): object {
  const known = new Map(consents.map((consent) => [consent.consentId, consent]))
  const givenTo = (id: string) => known.get(id)?.value ?? 2
  const all = workspace.settings.consents.map(({ id }) => id)
  return {
    agreement: {
      ...Object.fromEntries(Object.entries(standardConsents).map(([id, name]) => [name, givenTo(id)])),
      custom_agreements: all
        .filter((id) => !Object.hasOwn(standardConsents, id))
        .map((id) => ({ agreement_id: id, agreement_value: givenTo(id) })),
    },
    consents: all.map((id) => ({
      consent_id: id,
      consent_value: givenTo(id),
      last_change: presentTime(known.get(id)?.changedAt ?? null, workspace),
    })),
  }
}
