import { describe, expect, it } from 'vitest'
import { describeReply, type Fields, fieldsOf, type Reply } from '../client.ts'
import { uniqueEmail } from '../unique.ts'
import { backEnd, client, createdId, type Device, dataOf, expectRefused, faultsOf, newDevice } from './cc.ts'
import { aCustomer, aMember, logIn, logOut, password, uniquePhone } from './people.ts'

async function canRead(token: string): Promise<number> {
  return (await client('customer', `Bearer ${token}`).get('/stores')).status
}

function wrongLogin(reply: Reply): void {
  expect(reply.status, describeReply(reply)).toBe(401)
  const error = fieldsOf(reply).error as Fields
  expect([error.exception, error.title]).toEqual(['unauthorized_exception', 'Wrong login or password'])
}

function tryLogin(device: Device, body: unknown): Promise<Reply> {
  return device.post(`/tokens/${device.token}/actions/login`, body)
}

describe('logging in', () => {
  it('L12: by e-mail without regard to case, and by phone in any spelling', async () => {
    const phone = uniquePhone()
    const email = uniqueEmail('Mixed.Case')
    const { id } = await aCustomer({ email, phone }, { password })
    const device = await newDevice()
    for (const [login_type, login_value] of [
      ['email', email],
      ['email', email.toUpperCase()],
      ['email', ` ${email} `],
      ['phone', phone],
      ['phone', `+${phone}`],
      ['phone', `00${phone.slice(0, 3)} (${phone.slice(3, 6)}) ${phone.slice(6, 9)}-${phone.slice(9)}`],
      ['phone', Number(phone)],
    ] as const) {
      const reply = await tryLogin(device, { login_type, login_value, password })
      expect(dataOf(reply), String(login_value)).toEqual({ customer_id: id })
    }
  })

  it('L12: by the number of a valid card that has a holder', async () => {
    const back = backEnd()
    const { id } = await aCustomer({}, { password })
    const device = await newDevice()
    const number = () => `9800${String(Math.random()).slice(2, 11).padEnd(9, '0')}`
    const card = (fields: Fields) => ({ card: { card_type_id: 'plastic', ...fields } })
    const held = number()
    createdId(await back.post('/cards', card({ card_number: held, customer_id: id })))
    expect(await logIn(device, held, password, 'card')).toBe(200)
    const free = number()
    createdId(await back.post('/cards', card({ card_number: free })))
    const blocked = number()
    createdId(await back.post('/cards', card({ card_number: blocked, customer_id: id, state: 0 })))
    const expired = number()
    createdId(
      await back.post('/cards', card({ card_number: expired, customer_id: id, valid_to: '2020-01-01' })),
    )
    for (const wrong of [free, blocked, expired, number()])
      expect(await logIn(device, wrong, password, 'card'), wrong).toBe(401)
  })

  it('L12: a login replaces the former one, and a failed one leaves it', async () => {
    const [ann, bob] = [await aMember(), await aCustomer({}, { password })]
    expect(await logIn(ann, bob.email, 'Wrong-horse-1')).toBe(401)
    expect((await ann.read(`/customers/${ann.id}`)).customer_id).toBe(ann.id)
    expect(await logIn(ann, bob.email)).toBe(200)
    expect((await ann.read(`/customers/${bob.id}`)).customer_id).toBe(bob.id)
    expect((await ann.get(`/customers/${ann.id}`)).status).toBe(400)
  })

  it('L12: one customer may be logged in on many tokens', async () => {
    const member = await aMember()
    const more = await Promise.all(Array.from({ length: 3 }, () => newDevice()))
    expect(await Promise.all(more.map((device) => logIn(device, member.email)))).toEqual([200, 200, 200])
    for (const device of [...more, member])
      expect((await device.read(`/customers/${member.id}`)).customer_id).toBe(member.id)
  })

  it('L12: logins at the same moment leave one of them', async () => {
    const device = await newDevice()
    const people = await Promise.all(Array.from({ length: 4 }, () => aCustomer({}, { password })))
    expect(await Promise.all(people.map(({ email }) => logIn(device, email)))).toEqual([200, 200, 200, 200])
    const { items } = await device.list('/customers')
    expect(items).toHaveLength(1)
    expect(people.map(({ id }) => id)).toContain(items[0]?.customer_id)
  })

  it('L13: whatever is wrong, it is the same 401', async () => {
    const { email } = await aCustomer({}, { password })
    const withoutPassword = await aCustomer()
    const device = await newDevice()
    const answers: unknown[] = []
    for (const [login_type, login_value, given] of [
      ['email', email, 'Wrong-horse-1'],
      ['email', email, password.toLowerCase()],
      ['email', email, ` ${password}`],
      ['email', uniqueEmail(), password],
      ['email', withoutPassword.email, password],
      ['email', 'no address', password],
      ['email', '%', password],
      ['phone', uniquePhone(), password],
      ['phone', 'no phone', password],
      ['phone', email, password],
      ['card', '9800000000000', password],
      ['email', `${email}\u0000`, password],
      ['email', email, `${password}\u0000`],
      ['email', email, 'x'.repeat(10_000)],
    ] as const) {
      const reply = await tryLogin(device, { login_type, login_value, password: given })
      wrongLogin(reply)
      answers.push(fieldsOf(reply))
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect((await device.list('/customers')).total).toBe(0)
  })

  it('L13: a missing field is 400 required, another login_type not_allowed_value', async () => {
    const device = await newDevice()
    const whole = { login_type: 'email', login_value: uniqueEmail(), password }
    for (const name of ['login_type', 'login_value', 'password']) {
      expectRefused(await tryLogin(device, { ...whole, [name]: undefined }), name, 'required')
      expectRefused(await tryLogin(device, { ...whole, [name]: '' }), name, 'required')
    }
    for (const login_type of ['Email', 'login', 'customer_id', 7])
      expectRefused(await tryLogin(device, { ...whole, login_type }), 'login_type', 'not_allowed_value')
    expect([...faultsOf(await tryLogin(device, {}))].sort()).toEqual([
      'login_type: required',
      'login_value: required',
      'password: required',
    ])
  })

  it('L14: a logout is 204, also when nobody is logged in, and the token stays good', async () => {
    const member = await aMember()
    await logOut(member)
    await logOut(member)
    expect(await canRead(member.token)).toBe(200)
    expect((await member.get(`/customers/${member.id}`)).status).toBe(400)
    expect(await logIn(member, member.email)).toBe(200)
  })

  it('L16: autologin logs the new customer into the calling token', async () => {
    const device = await newDevice()
    const made = await device.post('/customers', {
      personal_information: { email: uniqueEmail() },
      password,
      autologin: 'TRUE',
    })
    const id = createdId(made)
    expect((await device.read(`/customers/${id}`)).customer_id).toBe(id)
    expect((await device.list('/customers')).items).toHaveLength(1)
  })

  it('L16: it needs a password, and replaces who was logged in', async () => {
    const member = await aMember()
    const body = { personal_information: { email: uniqueEmail() }, autologin: true }
    expectRefused(await member.post('/customers', body), 'password', 'required')
    expectRefused(await member.post('/customers', { ...body, password: '' }), 'password', 'required')
    const id = createdId(await member.post('/customers', { ...body, password }))
    expect((await member.list('/customers')).items.map(({ customer_id }) => customer_id)).toEqual([id])
  })

  it('L16: on E autologin only checks the password', async () => {
    const back = backEnd()
    const body = { personal_information: { email: uniqueEmail() }, autologin: true }
    expectRefused(await back.post('/customers', body), 'password', 'required')
    createdId(await back.post('/customers', { ...body, password }))
  })
})
