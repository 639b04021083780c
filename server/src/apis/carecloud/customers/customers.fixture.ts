import { openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

export const customersWorkspace = `
workspace: acme
domains: [acme.example]
timeZone: Europe/Prague
languages: [en, cs]
keys: [{ name: backend, kind: master, secret: test-master-key }]
consents: [{ id: club, text: Club }, { id: gtc, text: Terms }]
loyalty:
  customerSources: [{ id: site, name: Site }]
  stores: [{ id: prague-hq, name: HQ }]
  properties:
    - { id: wedding_date, owner: customer, name: Wedding, type: date }
    - { id: member_code, owner: customer, name: Member code, type: string, unique: true }
  partners: [{ id: acme, name: Acme }]
rewards: [{ id: ten, kind: coupon, name: Ten }]
campaigns:
  - { id: refer, type: referral, name: Refer, status: live, landingUrl: "https://shop.example/",
      conversion: { event: purchase }, advocateReward: ten }
`

/** A workspace that makes customers for tests, and reads them back. */
export interface TestCustomers extends AsyncDisposable {
  readonly api: TestCareCloud
  newEmail(): string
  /** @returns its id */
  create(person?: object, more?: object): Promise<string>
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of every shape
  read(id: string): Promise<any>
  sourcesOf(id: string): Promise<readonly (readonly [source: string, externalId: string | null])[]>
}

export async function openTestCustomers(): Promise<TestCustomers> {
  const api = await openTestCareCloud([customersWorkspace])
  let lastEmail = 0
  return {
    api,
    newEmail: () => `customer-${++lastEmail}@e.example`,
    async create(person = {}, more = {}) {
      const answer = await api.e('POST', '/customers', { body: { personal_information: person, ...more } })
      if (answer.status !== 201) throw new Error(answer.text)
      return answer.body.data.customer_id
    },
    read: async (id) => (await api.e('GET', `/customers/${id}`)).body.data,
    async sourcesOf(id) {
      const { body } = await api.e('GET', `/customers/${id}/customer-source-records`)
      return body.data.customer_source_records.map(
        (record: { customer_source_id: string; external_id: string | null }) => [
          record.customer_source_id,
          record.external_id,
        ],
      )
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

export const idsOf = (body: { data: { customers: { customer_id: string }[] } }) =>
  body.data.customers.map(({ customer_id }) => customer_id)

/** Names and reasons of what a request was refused for, in their order. */
export const reasonsOf = (answer: {
  body: { error: { error_data: { invalid_params: { name: string; reason: string }[] } } }
}) => answer.body.error.error_data.invalid_params.map(({ name, reason }) => [name, reason])

export const person = {
  gender: 1,
  first_name: 'John',
  last_name: 'Smith',
  birthdate: '21.1.1993',
  phone: 420221634695,
  language_id: 'cs',
  store_id: 'prague-hq',
  address: { address1: 'Old Town Square', address2: 35, zip: 11000, city: 'Prague', country_code: 'CZ' },
  agreement: { agreement_gtc: 1, custom_agreements: [{ agreement_id: 'club', agreement_value: '0' }] },
}
