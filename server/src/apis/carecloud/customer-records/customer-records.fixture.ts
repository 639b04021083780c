import type { Answer } from '../../../testing/call-app.ts'
import { openTestCareCloud, type TestCareCloud } from '../carecloud.fixture.ts'

export const recordsWorkspace = `
workspace: acme
domains: [acme.example]
timeZone: Europe/Prague
keys: [{ name: backend, kind: master, secret: test-master-key }]
loyalty:
  customerSources: [{ id: site, name: Site }, { id: shop, name: Shop }]
  interests: [{ id: tea, name: Tea }, { id: coffee, name: Coffee }, { id: milk, name: Milk }]
  partners: [{ id: acme, name: Acme }, { id: other, name: Other }]
  cardTypes: [{ id: club, name: Club, length: 4 }]
  stores: [{ id: hq, name: HQ }]
  properties:
    - { id: note, owner: customer, name: { en: Note, cs: Zpráva }, type: string }
    - { id: child_age, owner: customer, name: Age, type: integer }
    - { id: height, owner: customer, name: Height, type: float }
    - { id: vegan, owner: customer, name: Vegan, type: boolean }
    - { id: wedding_date, owner: customer, name: Wedding, type: date }
    - { id: seen, owner: customer, name: Seen, type: timestamp }
    - { id: size, owner: customer, name: Size, type: enum, items: [{ id: "1", name: Small }, { id: "2", name: Large }] }
    - { id: likes, owner: customer, name: Likes, type: multiselect, items: [{ id: a, name: A }, { id: b, name: B }] }
    - { id: any, owner: customer, name: Any, type: custom }
    - { id: licence, owner: customer, name: Licence, type: string, unique: true }
    - { id: parking, owner: store, name: Parking, type: boolean }
    - { id: table, owner: purchase, name: Table, type: integer }
    - { id: receipt, owner: purchase, name: Receipt, type: string, unique: true }
    - { id: mood, owner: event, name: Mood, type: string }
languages: [en, cs]
eventTypes: [{ code: visit, name: Visit }]
rewards: [{ id: gift, kind: coupon, name: Gift }]
`

/** A workspace with definitions of every kind, called as an operator. */
export interface TestRecords extends AsyncDisposable {
  readonly api: TestCareCloud
  /** A new customer; by default one without anything. */
  create(more?: object): Promise<string>
  post(path: string, body: object): Promise<Answer>
  put(path: string, body: object): Promise<Answer>
  remove(path: string): Promise<Answer>
  /** `data` of the answer. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of every shape
  get(path: string): Promise<any>
  /** The customer's properties by id. */
  valuesOf(customer: string): Promise<Record<string, unknown>>
}

export async function openTestRecords(): Promise<TestRecords> {
  const api = await openTestCareCloud([recordsWorkspace])
  const post = (path: string, body: object) => api.e('POST', path, { body })
  const get = async (path: string) => (await api.e('GET', path)).body.data
  return {
    api,
    post,
    get,
    put: (path, body) => api.e('PUT', path, { body }),
    remove: (path) => api.e('DELETE', path),
    async create(more = {}) {
      const answer = await post('/customers', { personal_information: {}, ...more })
      if (answer.status !== 201) throw new Error(answer.text)
      return answer.body.data.customer_id
    },
    async valuesOf(customer) {
      const { property_records } = await get(propertiesOf(customer))
      return Object.fromEntries(
        property_records.map((record: { property_id: string; property_value: unknown }) => [
          record.property_id,
          record.property_value,
        ]),
      )
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

export function propertiesOf(customer: string): string {
  return `/customers/${customer}/property-records`
}

/** The status, and each refused parameter with its reason and its row. */
export function refusals({ status, body }: Answer): unknown {
  return [
    status,
    body.error.error_data.invalid_params.map(({ name, reason, index }: Record<string, unknown>) =>
      index === undefined ? [name, reason] : [name, reason, index],
    ),
  ]
}
