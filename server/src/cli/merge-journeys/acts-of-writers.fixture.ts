import { addAddress } from '../../core/addresses/addresses.ts'
import { setConsents } from '../../core/consents/consents.ts'
import { addSources } from '../../core/customer-sources/add-sources.ts'
import { recordEvent } from '../../core/events/record-event.ts'
import { writeParameters } from '../../core/identity/parameters.ts'
import type { Operation } from '../../core/ingest/operation.ts'
import { addInterest } from '../../core/interests/interest-records.ts'
import { setPartnerRelations } from '../../core/partner-relations/partner-relations.ts'
import { ofProfile } from '../../core/properties/property-record.ts'
import { putPropertyRecords, removePropertyRecord } from '../../core/properties/write-property-records.ts'
import { updateProfile } from '../../core/registration/update-profile.ts'
import { addToSegment, removeFromSegment } from '../../core/segments/change-list.ts'
import { type Act, addressOf, markIn } from './act.fixture.ts'
import { type Journey, markOf, phoneOf } from './journey.fixture.ts'

const consentSource = { api: 'test', actorKind: 'operator', actor: 'till' } as const

function emailOf(journey: Journey, profile: string, n: number): string {
  return `${markOf(journey, profile)}-${n}@example.com`
}

function customerOf(journey: Journey, profile: string): string {
  return `${markOf(journey, profile)}-customer`
}

async function ingest({ ingest, workspace }: Journey, operation: Operation): Promise<void> {
  const [outcome] = await ingest.apply(workspace, [operation])
  if (outcome && 'failure' in outcome && outcome.failure.reason === 'not-applicable')
    throw new Error(JSON.stringify(operation))
}

async function customerNameOf(journey: Journey, profile: string): Promise<string | undefined> {
  const [found] = await journey.query<{ customer_id: string | null }>(
    'select customer_id from profiles where workspace_id = $1 and id = $2',
    [profile],
  )
  return found?.customer_id ?? undefined
}

/** What back ends write of people, and people of themselves. */
export const writersActs = {
  /** Crossengage: a user of this customer id, whose e-mail a lead may have. */
  write: (journey, { profile, n }) =>
    ingest(journey, {
      kind: 'upsert',
      customer: customerOf(journey, profile),
      email: emailOf(journey, profile, n),
      set: {
        nick: `${markOf(journey, profile)} ${n}`,
        ...(n === 1 && { firstName: markOf(journey, profile) }),
        ...(n === 2 && { mobile: phoneOf(journey, profile) }),
      },
    }),
  writeLead: (journey, { profile, n }) =>
    ingest(journey, {
      kind: 'upsert',
      email: emailOf(journey, profile, n),
      set: { nick: markOf(journey, profile) },
    }),
  /** A user's write that brings the e-mail of somebody else: of a lead, whom it absorbs. */
  absorb: async (journey, { profile, other }) => {
    const email = await addressOf(journey, other)
    const customer = await customerNameOf(journey, profile)
    if (email !== undefined && customer !== undefined)
      await ingest(journey, { kind: 'upsert', customer, email })
  },
  optOut: (journey, { profile, n }) =>
    ingest(journey, {
      kind: 'status',
      customer: customerOf(journey, profile),
      ...[
        { opt_out: true, channels: ['MAIL'] },
        { opt_out: n === 1, channels: ['MAIL', 'SMS'] },
        { blacklisted: true },
      ][n],
    }),
  update: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      updateProfile(connection, journey.workspace, profile, {
        level: n === 0 ? 'own-word' : 'proof',
        email: n === 2 ? undefined : emailOf(journey, profile, n),
        fields: {
          last_name: markOf(journey, profile),
          ...(n === 1 && { phone: phoneOf(journey, profile), salutation: markOf(journey, profile) }),
          ...(n === 2 && { address: { address1: markOf(journey, profile) }, phone: null }),
        },
        consents: [{ consentId: 'news', value: n === 2 ? 0 : 1 }],
        consentSource,
      }),
    ),
  consent: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      setConsents(
        connection,
        journey.workspace.id,
        profile,
        [{ consentId: n === 2 ? 'news' : 'terms', value: n === 1 ? 0 : 1 }],
        consentSource,
      ),
    ),
  property: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      putPropertyRecords(connection, journey.workspace.id, ofProfile(profile), [
        n === 0
          ? { definition: { id: 'badge', unique: true }, value: `${markOf(journey, profile)} badge` }
          : { definition: { id: 'diet', unique: false }, value: n === 1 ? null : markOf(journey, profile) },
      ]),
    ),
  remove: (journey, { profile, n }) =>
    journey.transaction(async (connection) => {
      const { id } = journey.workspace
      if (n === 0) await removePropertyRecord(connection, id, ofProfile(profile), 'badge')
      else await writeParameters(connection, id, profile, { [`p${n % 2}`]: null }, 'private')
    }),
  interest: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      addInterest(connection, journey.workspace.id, profile, n === 0 ? 'ice' : 'books'),
    ),
  source: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      addSources(connection, journey.workspace.id, profile, 'proof', [
        { sourceId: 'eshop', externalId: n === 0 ? null : `${markOf(journey, profile)}-${n}` },
      ]),
    ),
  address: (journey, { profile }) =>
    journey.transaction((connection) =>
      addAddress(connection, journey.workspace.id, profile, {
        typeId: 'billing',
        address: { address1: markOf(journey, profile) },
      }),
    ),
  partner: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      setPartnerRelations(connection, journey.workspace.id, profile, [
        { partnerId: n === 0 ? 'other' : 'acme', isRelated: n === 2 },
      ]),
    ),
  list: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      (n === 2 ? removeFromSegment : addToSegment)(
        connection,
        journey.workspace,
        n === 0 ? 'beta' : 'gamma',
        [profile],
      ),
    ),
  record: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      recordEvent(connection, journey.workspace, {
        profileId: profile,
        name: 'purchase',
        occurredAt: new Date(),
        receivedAt: new Date(),
        source: 'back end',
        data: { said: markOf(journey, profile) },
        reference: `${markOf(journey, profile)}-${n}`,
        secondaryReference: undefined,
      }),
    ),
  /** One that is theirs, or was before a merge and may be nobody's. */
  eventOfAddress: async (journey, { profile, n }) => {
    const addresses = await journey.query<{ email: string }>(
      `select value as email from identifiers
       where workspace_id = $1 and profile_id = $2 and kind = 'email'
       union select i ->> 'value' from profile_merges, jsonb_array_elements(moved -> 'identifiers') i
       where workspace_id = $1 and into_id = $2 and undone_at is null and i ->> 'kind' = 'email' order by 1`,
      [profile],
    )
    const email = addresses[n % Math.max(1, addresses.length)]?.email
    if (email === undefined) return
    await ingest(journey, {
      kind: 'event',
      email_key: email,
      name: 'seen',
      occurred_at: new Date().toISOString(),
      received_at: new Date().toISOString(),
      source: 'back end',
      data: { said: markIn(email) },
    })
  },
} as const satisfies Readonly<Record<string, Act>>
