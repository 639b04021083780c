import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../../../testing/call-app.ts'
import { newToken, openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'
import { refusals } from '../customer-records/customer-records.fixture.ts'

const workspace = `
workspace: acme
domains: [acme.example]
languages: [en, cs]
keys: [{ name: backend, kind: master, secret: test-master-key }]
customerData: { attributes: [{ name: worth, type: float }] }
segments:
  - { id: rich, name: { en: Rich, cs: Bohatí }, where: { attribute: worth, is: ">=", value: 1 } }
  - { id: guests, name: Guests, list: true }
  - { id: regulars, name: Regulars, list: true }
carecloud: { customerInterface: { allow: [segments] } }
`

let api: TestCareCloud
beforeAll(async () => {
  api = await openTestCareCloud([workspace])
})
afterAll(() => api[Symbol.asyncDispose]())

async function newMember() {
  const token = await newToken(api)
  const body = { personal_information: {}, password: 'Long-horse-77', autologin: true }
  const answer = await api.c('POST', '/customers', { token, body })
  return { token, id: answer.body.data.customer_id as string }
}

function change(segment: string, action: 'add' | 'remove', body: object, token?: string): Promise<Answer> {
  const path = `/segments/${segment}/actions/${action}-customer`
  return token === undefined ? api.e('POST', path, { body }) : api.c('POST', path, { body, token })
}

const read = async (path: string) => (await api.e('GET', path)).body.data

async function ids(path: string, token?: string): Promise<readonly string[]> {
  const { body } = token === undefined ? await api.e('GET', path) : await api.c('GET', path, { token })
  return body.data.segment_records.map(({ customer_id }: { customer_id: string }) => customer_id)
}

test('segments are those of the file in its order, in the language that is asked for, then those made here (L52, L57)', async () => {
  const made = await api.e('POST', '/segments', { body: { name: 'Summer', note: 'of love', priority: '3' } })
  const { segments, total_items } = (
    await api.e('GET', '/segments', { headers: { 'accept-language': 'cs' } })
  ).body.data
  expect(segments.map(({ segment_id, name }: Record<string, string>) => [segment_id, name])).toEqual([
    ['rich', 'Bohatí'],
    ['guests', 'Guests'],
    ['regulars', 'Regulars'],
    [made.body.data.segment_id, 'Summer'],
  ])
  expect(total_items).toBe(4)
  const sorted = await read('/segments?sort_field=name&count=1')
  expect(sorted.segments).toMatchObject([{ segment_id: 'guests', note: null, segment_group_id: null }])
  for (const id of ['none', '12345678901234567', 'a%00b', 'campaign:x']) {
    expect((await api.e('GET', `/segments/${id}`)).status).toBe(404)
  }
  expect(refusals(await api.e('POST', '/segments', { body: { priority: 2 ** 31 } }))).toEqual([
    400,
    [
      ['name', 'required'],
      ['priority', 'not_allowed_value'],
    ],
  ])
})

test('members are listed in the order in which they entered, page by page; a rule’s list cannot be changed (L37, L120)', async () => {
  const people = [await newMember(), await newMember(), await newMember()]
  for (const { id } of people) expect((await change('guests', 'add', { customer_id: id })).status).toBe(204)
  const path = '/segments/guests/segment-records'
  expect(await ids(path)).toEqual(people.map(({ id }) => id))
  expect(await ids(`${path}?count=1&offset=1`)).toEqual([people[1]?.id])
  expect(await ids(`${path}?sort_field=customer_id`)).toEqual(
    people.map(({ id }) => id).toSorted((one, other) => Number(BigInt(one) - BigInt(other))),
  )
  for (const action of ['add', 'remove'] as const) {
    expect(refusals(await change('rich', action, { customer_id: people[0]?.id }))).toEqual([
      400,
      [['segment_id', 'not_allowed_value']],
    ])
  }
  for (const { id } of people)
    expect((await change('guests', 'remove', { customer_id: id })).status).toBe(204)
  expect(await ids(path)).toEqual([])
})

test('on C a customer sees and changes own memberships alone (L27, L28, L30)', async () => {
  const [member, other] = [await newMember(), await newMember()]
  expect((await change('regulars', 'add', { customer_id: other.id })).status).toBe(204)
  expect((await change('regulars', 'add', {}, member.token)).status).toBe(204)
  expect(refusals(await change('regulars', 'remove', { customer_id: other.id }, member.token))).toEqual([
    400,
    [['customer_id', 'not_belong_to_logged_in_customer']],
  ])
  const path = '/segments/regulars/segment-records'
  expect(await ids(path, member.token)).toEqual([member.id])
  expect(await ids(path, await newToken(api))).toEqual([])
  expect(await ids(`/customers/${member.id}/segment-records`, member.token)).toEqual([member.id])
  expect(await ids(path)).toEqual([other.id, member.id])
})
