import { afterAll, beforeAll, expect, test } from 'vitest'
import { addressParts } from '../../../core/addresses/profile-parts.ts'
import { sourceParts } from '../../../core/customer-sources/profile-parts.ts'
import { identityParts } from '../../../core/identity/identity-parts.ts'
import { mergeProfiles } from '../../../core/identity/merge-profiles.ts'
import { unmergeProfiles } from '../../../core/identity/unmerge-profiles.ts'
import { interestParts } from '../../../core/interests/profile-parts.ts'
import { partnerRelationParts } from '../../../core/partner-relations/profile-parts.ts'
import { findKnownProfiles, type ProfileRef } from '../../../core/profiles/known-profiles.ts'
import { propertyParts } from '../../../core/properties/profile-parts.ts'
import { putPropertyRecords } from '../../../core/properties/write-property-records.ts'
import { openTestRecords, propertiesOf, refusals, type TestRecords } from './customer-records.fixture.ts'

const parts = [
  ...identityParts,
  ...propertyParts,
  ...interestParts,
  ...sourceParts,
  ...addressParts,
  ...partnerRelationParts,
]

let records: TestRecords
beforeAll(async () => {
  records = await openTestRecords()
})
afterAll(() => records[Symbol.asyncDispose]())

async function refOf(number: string): Promise<ProfileRef> {
  const found = await records.api.db.database.inWorkspace(records.api.workspaceId, (connection) =>
    findKnownProfiles(connection, records.api.workspaceId, [number]),
  )
  const ref = found.get(number)
  if (!ref) throw new Error('no profile')
  return ref
}

async function everythingOf(id: string) {
  return {
    properties: await records.valuesOf(id),
    interests: (await records.get(`/customers/${id}/interest-records`)).interest_records.map(
      (record: { interest_record_id: string; interest_id: string }) => [
        record.interest_record_id,
        record.interest_id,
      ],
    ),
    sources: (
      await records.get(`/customers/${id}/customer-source-records?sort_field=external_id`)
    ).customer_source_records.map((record: { customer_source_id: string; external_id: string }) => [
      record.customer_source_id,
      record.external_id,
    ]),
    addresses: (await records.get(`/customers/${id}/addresses`)).addresses.map(
      ({ address }: { address: { city: string } }) => address.city,
    ),
    partners: (await records.get(`/customers/${id}/partner-records`)).partner_records.map(
      ({ partner_id }: { partner_id: string }) => partner_id,
    ),
  }
}

async function fill(
  id: string,
  given: { properties: object; interests: string[]; sources: unknown[][]; city: string; partners: string[] },
) {
  for (const [property_id, property_value] of Object.entries(given.properties)) {
    await records.post(propertiesOf(id), { property_record: { property_id, property_value } })
  }
  for (const interest_id of given.interests) {
    await records.post(`/customers/${id}/interest-records`, { interest_record: { interest_id } })
  }
  for (const [customer_source_id, external_id] of given.sources) {
    const record = { customer_source_record: { customer_source_id, external_id } }
    await records.post(`/customers/${id}/customer-source-records`, record)
  }
  const address = { additional_address: { address_type: 'billing', address: { city: given.city } } }
  await records.post(`/customers/${id}/addresses`, address)
  const partner_records = given.partners.map((partner_id) => ({ partner_id }))
  await records.post('/customers/actions/set-partners', { customer_id: id, partner_records })
}

test('a merge unites what two customers have, the survivor’s stays, and it is undone exactly (L59, S9, S19)', async () => {
  const [one, other] = [await records.create(), await records.create()]
  await fill(one, {
    properties: { note: 'one', licence: 'M-1', vegan: true },
    interests: ['tea', 'milk'],
    sources: [['site', 'm-1'], ['site'], ['shop']],
    city: 'Brno',
    partners: ['acme'],
  })
  await fill(other, {
    properties: { note: 'other', licence: 'M-2', child_age: 3 },
    interests: ['tea', 'coffee'],
    sources: [['site', 'm-2'], ['site']],
    city: 'Prague',
    partners: ['other'],
  })
  const before = [await everythingOf(one), await everythingOf(other)]
  const [from, into] = [await refOf(one), await refOf(other)]
  const acme = records.api.db.workspace()
  const merge = { from: from.profileId, into: into.profileId, cause: 'operator', keepsData: true } as const
  const mergeId = await records.api.db.database.transaction(acme.id, (connection) =>
    mergeProfiles(connection, acme, merge, parts),
  )
  const united = await everythingOf(other)
  expect(united.properties).toEqual({ note: 'other', licence: 'M-2', vegan: true, child_age: 3 })
  expect(united.interests.map(([, id]: string[]) => id).toSorted()).toEqual(['coffee', 'milk', 'tea'])
  expect(united.sources.map(String).toSorted()).toEqual(['shop,', 'site,', 'site,m-1', 'site,m-2'])
  expect(united.addresses.toSorted()).toEqual(['Brno', 'Prague'])
  expect(united.partners).toEqual(['other'])
  // The former id names the survivor, in paths and in ids of records.
  expect(await everythingOf(one)).toEqual(united)
  const renamed = { property_record: { property_value: false } }
  expect((await records.put(`${propertiesOf(other)}/vegan:${one}`, renamed)).status).toBe(204)
  await records.put(`${propertiesOf(other)}/vegan:${one}`, { property_record: { property_value: true } })
  // What the merge set free may be somebody's now.
  const third = await records.create()
  const licence = { property_record: { property_id: 'licence', property_value: 'M-1' } }
  expect((await records.post(propertiesOf(third), licence)).status).toBe(201)
  await records.remove(`${propertiesOf(third)}/licence:${third}`)

  await records.api.db.database.transaction(acme.id, (connection) =>
    unmergeProfiles(connection, acme, mergeId ?? '', parts),
  )
  expect([await everythingOf(one), await everythingOf(other)]).toEqual(before)
  expect(refusals(await records.post(propertiesOf(third), licence))).toEqual([
    400,
    [['property_value', 'already_exists']],
  ])
})

test('what is recorded of the survivor after a merge stays when it is undone, and the other one has what it had (S19)', async () => {
  const [one, other] = [await records.create(), await records.create()]
  const write = (id: string, property_id: string, property_value: unknown) =>
    records.post(propertiesOf(id), { property_record: { property_id, property_value } })
  await write(one, 'note', null)
  await write(one, 'vegan', true)
  await write(one, 'licence', 'U-1')
  const addresses = `/customers/${one}/addresses`
  const lives = (city: string) => ({ additional_address: { address_type: 'billing', address: { city } } })
  const made = await records.post(addresses, lives('Brno'))
  await records.post(addresses, lives('Ostrava'))
  const acme = records.api.db.workspace()
  const pair = { from: (await refOf(one)).profileId, into: (await refOf(other)).profileId }
  const mergeId = await records.api.db.database.transaction(acme.id, (connection) =>
    mergeProfiles(connection, acme, { ...pair, cause: 'operator', keepsData: true }, parts),
  )
  await write(other, 'note', 'said of the survivor')
  await write(other, 'licence', 'U-2')
  const { additional_address_id } = made.body.data
  await records.put(`/customers/${other}/addresses/${additional_address_id}`, lives('Prague'))
  await records.api.db.database.transaction(acme.id, (connection) =>
    unmergeProfiles(connection, acme, mergeId ?? '', parts),
  )
  expect(await records.valuesOf(one)).toEqual({ note: null, vegan: true, licence: 'U-1' })
  expect(await records.valuesOf(other)).toEqual({ note: 'said of the survivor', licence: 'U-2' })
  expect((await everythingOf(one)).addresses).toEqual(['Brno', 'Ostrava'])
  expect((await everythingOf(other)).addresses).toEqual(['Prague'])
})

test('of a profile that ends nothing of it stays, and its pairs and values are free (S20)', async () => {
  const id = await records.create()
  const { profileId } = await refOf(id)
  const all = {
    properties: { licence: 'E-1' },
    interests: ['tea'],
    sources: [['site', 'e-1']],
    city: 'Brno',
    partners: [],
  }
  await fill(id, all)
  const owner = { kind: 'event', id: '1', endsWith: profileId, receivedAt: new Date() } as const
  await records.api.db.database.inWorkspace(records.api.workspaceId, (connection) =>
    putPropertyRecords(connection, records.api.workspaceId, owner, [
      { definition: { id: 'mood', unique: false }, value: 'good' },
    ]),
  )
  await records.api.db.database.transaction(records.api.workspaceId, async (connection) => {
    for (const part of parts) await part.erase(connection, records.api.workspaceId, [profileId], [])
  })
  const left = await records.api.db.database.asOwner((connection) =>
    connection.query(
      `select 'property' from property_records where $1::text in (owner_id, profile_id::text)
       union all select 'interest' from interest_records where profile_id = $1::uuid
       union all select 'source' from source_records where profile_id = $1::uuid
       union all select 'address' from profile_addresses where profile_id = $1::uuid
       union all select 'partner' from partner_relations where profile_id = $1::uuid`,
      [profileId],
    ),
  )
  expect(left.rows).toEqual([])
  await fill(await records.create(), all)
  expect((await records.get('/customer-source-records?external_id=e-1')).total_items).toBe(1)
})
