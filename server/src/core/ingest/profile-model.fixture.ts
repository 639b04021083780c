import type {
  DeleteOperation,
  EventOperation,
  Operation,
  OperationFailure,
  StatusOperation,
  UpsertOperation,
} from './operation.ts'

/**
 * What the contract says operations do (crossengage C7–C17, C28, C61, C64, C66, C68), one at a time and as plainly
 * as it can be said. The applier, which works on sets, has to come to the same.
 */
export interface ProfileModel {
  readonly profiles: readonly ModelProfile[]
  /** Ids of leads that were absorbed, and who answers to them now. */
  readonly merged: ReadonlyMap<string, string>
  readonly statuses: ReadonlyMap<string, ModelStatus>
  /** By the event's name: whose it is, or null where nobody was known. */
  readonly events: ReadonlyMap<string, string | null>
  apply(operation: Operation): OperationFailure | undefined
  /** The e-mail and the business unit of a user, after what was applied so far. */
  contactOf(customer: string): { readonly email?: string; readonly unit?: string }
  /** The e-mail (in compare form) of every user that has one, by customer id. */
  heldEmails(): ReadonlyMap<string, string>
  /** Tells profiles that the model named itself the ids they were given elsewhere. */
  rename(ids: ReadonlyMap<string, string>): void
  copy(): ProfileModel
}

export interface ModelProfile {
  /** The profile's id, where the model was told it; else a name of the model's own. */
  id: string
  customer: string | undefined
  email: string | undefined
  unit: string
  attributes: Record<string, unknown>
}

interface ModelStatus {
  readonly optedOut: ReadonlySet<string>
  readonly blacklisted: boolean
}

interface State {
  profiles: ModelProfile[]
  merged: Map<string, string>
  statuses: Map<string, ModelStatus>
  events: Map<string, string | null>
  /** By the name of an event whose person is not known: the identifier it is kept under. */
  unknown: Map<string, string>
  minted: number
}

export function createProfileModel(emailPerUnit: boolean): ProfileModel {
  const maps = { merged: new Map(), statuses: new Map(), events: new Map(), unknown: new Map() }
  return modelOf({ profiles: [], ...maps, minted: 0 }, emailPerUnit)
}

function modelOf(state: State, emailPerUnit: boolean): ProfileModel {
  const userOf = (customer: string | undefined) =>
    customer === undefined ? undefined : state.profiles.find((profile) => profile.customer === customer)
  const holderOf = (email: string, unit: string) =>
    state.profiles.find((profile) => keyOf(profile.email) === keyOf(email) && sharesScope(profile.unit, unit))
  const sharesScope = (one: string, other: string) =>
    !emailPerUnit || one.toLowerCase() === other.toLowerCase()

  function remove(id: string): void {
    state.profiles = state.profiles.filter((profile) => profile.id !== id)
  }

  function create(customer: string | undefined, unit: string): ModelProfile {
    const created = { id: `new ${state.minted++}`, customer, email: undefined, unit, attributes: {} }
    state.profiles.push(created)
    return created
  }

  /** The lead's values fill gaps, its id and its events become the survivor's (C15, S9, S19). */
  function absorb(lead: ModelProfile, survivor: ModelProfile): void {
    remove(lead.id)
    survivor.attributes = { ...lead.attributes, ...survivor.attributes }
    for (const [id, of] of state.merged) if (of === lead.id) state.merged.set(id, survivor.id)
    state.merged.set(lead.id, survivor.id)
    for (const [event, of] of state.events) if (of === lead.id) state.events.set(event, survivor.id)
  }

  function write(profile: ModelProfile, { email, unit, set = {}, clear = [] }: UpsertOperation): void {
    if (email !== undefined) profile.email = email
    if (unit !== undefined) profile.unit = unit
    profile.attributes = { ...profile.attributes, ...set }
    for (const name of clear) delete profile.attributes[name]
  }

  function upsertUser(operation: UpsertOperation): OperationFailure | undefined {
    const { customer = '', email, unit, profile: sent } = operation
    let user = userOf(customer)
    if (user && sent !== undefined) {
      const id = sent.toLowerCase()
      if (id !== user.id && state.merged.get(id) !== user.id) {
        return { reason: 'profile-mismatch', sent, customer }
      }
    }
    const claimed = email ?? (unit === undefined ? undefined : user?.email)
    if (claimed !== undefined) {
      const wantedUnit = unit ?? user?.unit ?? ''
      const holder = holderOf(claimed, wantedUnit)
      if (holder && holder !== user && holder.customer !== undefined) {
        return {
          reason: 'email-taken',
          email: claimed,
          holder: holder.customer,
          ...(wantedUnit === '' ? {} : { unit: wantedUnit }),
        }
      }
      const withoutUnit = state.profiles.find(
        (profile) =>
          profile.customer === undefined && profile.unit === '' && keyOf(profile.email) === keyOf(claimed),
      )
      const lead = holder === user ? undefined : holder
      const taken = lead ?? (holder ? undefined : withoutUnit)
      if (taken && user) absorb(taken, user)
      else if (taken) {
        taken.customer = customer
        user = taken
      }
    }
    write(user ?? create(customer, ''), operation)
    return undefined
  }

  function upsertLead(operation: UpsertOperation): undefined {
    const { email = '', unit = '' } = operation
    write(holderOf(email, unit) ?? create(undefined, ''), operation)
  }

  function erase({ customer, profile }: DeleteOperation): undefined {
    const doomed = userOf(customer) ?? state.profiles.find(({ id }) => id === profile?.toLowerCase())
    if (!doomed) return
    remove(doomed.id)
    state.statuses.delete(doomed.id)
    for (const [id, of] of state.merged) if (of === doomed.id) state.merged.delete(id)
    for (const [event, of] of state.events) if (of === doomed.id) state.events.delete(event)
    // What was kept under an identifier that is nobody's now goes as well: the next one starts clean (C17).
    const freed = namesOf(doomed).filter(
      (name) => !state.profiles.some((other) => namesOf(other).includes(name)),
    )
    for (const [event, name] of state.unknown) {
      if (!freed.includes(name)) continue
      state.unknown.delete(event)
      state.events.delete(event)
    }
  }

  function namesOf({ customer: id, email }: ModelProfile): readonly string[] {
    return [
      ...(id === undefined ? [] : [`id ${id}`]),
      ...(email === undefined ? [] : [`e-mail ${keyOf(email)}`]),
    ]
  }

  /** C19, C20: in the business unit that is named, else the only one, else the one without. */
  function byEmail(
    { email_key, unit }: EventOperation | StatusOperation,
    among: readonly ModelProfile[],
  ): ModelProfile | undefined {
    const withEmail = among.filter(({ email }) => email !== undefined && keyOf(email) === email_key)
    if (unit !== undefined) {
      return withEmail.find((profile) => profile.unit.toLowerCase() === unit.toLowerCase())
    }
    return withEmail.length === 1 ? withEmail[0] : withEmail.find((profile) => profile.unit === '')
  }

  function changeStatus(operation: StatusOperation): undefined {
    const { customer, opt_out, channels = [], blacklisted } = operation
    const users = state.profiles.filter((profile) => profile.customer !== undefined)
    const user = customer === undefined ? byEmail(operation, users) : userOf(customer)
    if (!user) return
    const before = state.statuses.get(user.id) ?? { optedOut: new Set<string>(), blacklisted: false }
    const named = new Set(channels)
    let optedOut = before.optedOut
    if (opt_out === true) optedOut = optedOut.union(named)
    if (opt_out === false) optedOut = optedOut.difference(named)
    state.statuses.set(user.id, { optedOut, blacklisted: blacklisted ?? before.blacklisted })
  }

  function recordEvent(operation: EventOperation): undefined {
    const { customer, email_key, name } = operation
    const person = customer === undefined ? byEmail(operation, state.profiles) : userOf(customer)
    state.events.set(name, person?.id ?? null)
    if (!person) state.unknown.set(name, customer === undefined ? `e-mail ${email_key}` : `id ${customer}`)
  }

  return {
    get profiles() {
      return state.profiles
    },
    get merged() {
      return state.merged
    },
    get statuses() {
      return state.statuses
    },
    get events() {
      return state.events
    },
    apply(operation) {
      switch (operation.kind) {
        case 'upsert':
          return operation.customer === undefined ? upsertLead(operation) : upsertUser(operation)
        case 'delete':
          return erase(operation)
        case 'status':
          return changeStatus(operation)
        case 'event':
          return recordEvent(operation)
      }
    },
    contactOf(customer) {
      const { email, unit = '' } = userOf(customer) ?? {}
      return { ...(email === undefined ? {} : { email }), ...(unit === '' ? {} : { unit }) }
    },
    heldEmails: () =>
      new Map(
        state.profiles.flatMap(({ customer, email }) =>
          customer !== undefined && email !== undefined ? [[customer, keyOf(email)]] : [],
        ),
      ),
    rename(ids) {
      const nameOf = (id: string) => ids.get(id) ?? id
      for (const profile of state.profiles) profile.id = nameOf(profile.id)
      state.merged = new Map([...state.merged].map(([id, of]) => [nameOf(id), nameOf(of)]))
      state.statuses = new Map([...state.statuses].map(([id, status]) => [nameOf(id), status]))
      state.events = new Map([...state.events].map(([name, of]) => [name, of === null ? null : nameOf(of)]))
    },
    copy: () =>
      modelOf(
        {
          profiles: state.profiles.map((profile) => ({ ...profile, attributes: { ...profile.attributes } })),
          merged: new Map(state.merged),
          statuses: new Map(state.statuses),
          events: new Map(state.events),
          unknown: new Map(state.unknown),
          minted: state.minted,
        },
        emailPerUnit,
      ),
  }
}

function keyOf(email: string): string
function keyOf(email: string | undefined): string | undefined
function keyOf(email: string | undefined): string | undefined {
  return email?.toLowerCase()
}
