import type { AppliedState } from './applied-state.fixture.ts'
import type { ModelProfile, ProfileModel } from './profile-model.fixture.ts'

type StoredProfile = AppliedState['profiles'][number]

/**
 * What the tables hold and what the model expects, in one form, to be compared. Profiles that the model made are
 * told the ids the database gave them, so that a later change of an id (C13, C15) is seen.
 */
export function comparable(
  state: AppliedState,
  model: ProfileModel,
  emailPerUnit: boolean,
): { readonly actual: object; readonly expected: object } {
  const named = nameNewProfiles(state, model)
  const nameOf = (id: string | null) => (id === null ? null : (named.get(id) ?? id))
  return {
    actual: {
      profiles: sorted(state.profiles),
      identifiers: sorted(state.identifiers),
      merged: sorted(
        state.merged.filter(({ id }) => [...named.values(), ...model.merged.keys()].includes(id)),
      ),
      statuses: sorted(
        state.statuses.map(({ profile, optedOut, blacklisted }) => ({
          profile,
          optedOut: [...optedOut].sort(),
          blacklisted,
        })),
      ),
      events: sorted(state.events),
    },
    expected: {
      profiles: sorted(
        model.profiles.map(({ id, customer, email, unit, attributes }) => ({
          id,
          customer: customer ?? null,
          email: email ?? null,
          unit: unit === '' ? null : unit,
          attributes,
        })),
      ),
      identifiers: sorted(model.profiles.flatMap((profile) => identifiersOf(profile, emailPerUnit))),
      merged: sorted(
        [...model.merged]
          .filter(([id]) => !id.startsWith('new '))
          .map(([id, survivor]) => ({ id: nameOf(id), survivor: nameOf(survivor) })),
      ),
      statuses: sorted(
        [...model.statuses].map(([id, { optedOut, blacklisted }]) => ({
          profile: nameOf(id),
          optedOut: [...optedOut].sort(),
          blacklisted,
        })),
      ),
      events: sorted([...model.events].map(([name, profile]) => ({ name, profile: nameOf(profile) }))),
    },
  }
}

/** The model's name of a profile that it made since, and the id the database gave that profile. */
function nameNewProfiles(state: AppliedState, model: ProfileModel): ReadonlyMap<string, string> {
  const named = new Map<string, string>()
  for (const profile of model.profiles) {
    if (!profile.id.startsWith('new ')) continue
    const stored = state.profiles.find((candidate) => isSamePerson(candidate, profile))
    if (stored) named.set(profile.id, stored.id)
  }
  model.rename(named)
  return named
}

function isSamePerson(stored: StoredProfile, profile: ModelProfile): boolean {
  if (profile.customer !== undefined) return stored.customer === profile.customer
  return stored.customer === null && stored.email === profile.email && (stored.unit ?? '') === profile.unit
}

function identifiersOf({ id, customer, email, unit }: ModelProfile, emailPerUnit: boolean): object[] {
  const scope = emailPerUnit ? unit.toLowerCase() : ''
  return [
    ...(customer === undefined ? [] : [{ kind: 'customer_id', value: customer, scope: '', profile: id }]),
    ...(email === undefined ? [] : [{ kind: 'email', value: email.toLowerCase(), scope, profile: id }]),
  ]
}

function sorted(values: readonly object[]): readonly object[] {
  return values.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1))
}

/** The same text for the same values, whatever the order of their names. */
function orderOf(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort())
      : member,
  )
}
