import { randomInt } from 'node:crypto'
import type { Fields } from '../client.ts'
import { uniqueEmail } from '../unique.ts'
import {
  acme,
  backEnd,
  type Client,
  createdId,
  type Device,
  expectNothing,
  newDevice,
  type Tenant,
} from './cc.ts'

/** One that the rules of L17 take. */
export const password = 'Long-horse-77'

export interface Person {
  readonly id: string
  readonly email: string
}

/** A customer who registered in an app, and is logged in there. */
export interface Member extends Device, Person {}

/** A Czech number nobody had before, as this API answers it (L48). */
export function uniquePhone(): string {
  return `420${randomInt(100_000_000, 999_999_999)}`
}

/** The address of who gave none. */
export const emptyAddress = {
  address1: null,
  address2: null,
  address3: null,
  address4: null,
  address5: null,
  address6: null,
  address7: null,
  zip: null,
  city: null,
  country_code: null,
}

/** Everything that can be said of a person. */
export function wholePerson(): Fields {
  return {
    salutation: 'Dr. John',
    gender: 1,
    first_name: 'John',
    last_name: 'Smith',
    pre_nominals: 'Dr.',
    post_nominals: 'PhD',
    birthdate: '1993-01-21',
    email: uniqueEmail(),
    phone: uniquePhone(),
    language_id: 'cs',
    store_id: 'prague-hq',
    address: {
      ...emptyAddress,
      address1: 'Old Town Square',
      address2: '35',
      address7: 'back door',
      zip: '11000',
      city: 'Prague',
      country_code: 'cz',
    },
  }
}

/** A customer that a back end made; `more` stands beside `personal_information`. */
export async function aCustomer(
  personal: Fields = {},
  more: Fields = {},
  tenant: Tenant = acme,
): Promise<Person> {
  const email = typeof personal.email === 'string' ? personal.email : uniqueEmail()
  const body = { ...more, personal_information: { email, ...personal } }
  return { id: await backEnd(tenant).create('/customers', body), email }
}

/** A customer who registered and stayed logged in (L16). */
export async function aMember(
  personal: Fields = {},
  more: Fields = {},
  tenant: Tenant = acme,
): Promise<Member> {
  const device = await newDevice(tenant)
  const email = typeof personal.email === 'string' ? personal.email : uniqueEmail()
  const body = { password, autologin: true, ...more, personal_information: { email, ...personal } }
  return { ...device, id: createdId(await device.post('/customers', body)), email }
}

/** A customer, and the two who may write their records: a back end and they themselves. */
export async function anOwner(): Promise<{ readonly id: string; readonly callers: readonly Client[] }> {
  const member = await aMember()
  return { id: member.id, callers: [backEnd(), member] }
}

/** Logs somebody into a device; gives the status. */
export async function logIn(
  device: Device,
  login_value: string,
  given = password,
  login_type = 'email',
): Promise<number> {
  const body = { login_type, login_value, password: given }
  return (await device.post(`/tokens/${device.token}/actions/login`, body)).status
}

export async function logOut(device: Device): Promise<void> {
  expectNothing(await device.post(`/tokens/${device.token}/actions/logout`))
}

/** What is said of a customer, as the back end reads it. */
export async function personalOf(id: string, tenant: Tenant = acme): Promise<Fields> {
  return (await backEnd(tenant).read(`/customers/${id}`)).personal_information as Fields
}
