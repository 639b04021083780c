import { describe, expect, it } from 'vitest'
import { fieldsOf } from '../client.ts'
import { unique } from '../unique.ts'
import {
  badBusinessUnit,
  badEmail,
  badPhone,
  expectFaults,
  invalidField,
  unknownAttribute,
  wrongType,
} from './faults.ts'
import { expectEmpty, otherV2, person, succeeded, v2 } from './xng.ts'

/** Writes the literal as the value of one attribute and gives back what is read; undefined when it is left out. */
async function roundTrip(attribute: string, literal: string): Promise<unknown> {
  const { id, email } = person()
  const body = `{"id":"${id}","email":"${email}","${attribute}":${literal}}`
  expect(await v2.outcome(v2.call('PUT', '/users', body))).toEqual(succeeded(1))
  return (await v2.read(id))[attribute]
}

async function expectRefused(
  attribute: string,
  literal: string,
  ...faults: Parameters<typeof expectFaults>[1]
) {
  const { id, email } = person()
  const body = `{"id":"${id}","email":"${email}","${attribute}":${literal}}`
  expectFaults(await v2.call('PUT', '/users', body), faults)
  expectEmpty(await v2.get(id), 404)
}

describe('id', () => {
  it.each([
    ['255 characters', 'x'.repeat(255)],
    ['255 characters beyond the basic plane', '😀'.repeat(255)],
    ['control characters', 'a\n\t\u0007b'],
    ['quotes and backslashes', `a"b'c\\d`],
    ['NFD text', 'e\u0301'],
  ])('section 5: an id of %s is taken as sent', async (_, text) => {
    const id = text.length >= 255 ? text : unique() + text
    await v2.store({ id, email: `${unique()}@example.com` })
    expect(await v2.read(id)).toMatchObject({ id })
  })

  it('section 5: an id of 256 characters is refused', async () => {
    const fault = invalidField('/id', 'id', ': longer than 255 characters')
    for (const id of ['x'.repeat(256), '😀'.repeat(256)]) {
      expectFaults(await v2.put({ id, email: 'a@example.com' }), [fault])
    }
  })
})

describe('email', () => {
  const local = unique()
  it.each([
    'a@b',
    'a.b+c@x.example',
    "!#$%&'*+/=?^_`{|}~-@x.example",
    '"quoted string"@x.example',
    '"a\\"b"@x.example',
    '"a@b"@x.example',
    'a@[127.0.0.1]',
    'ü@münchen.example',
    '用户@例え.example',
    'a@1-2.example',
    'A@X.Example',
  ])('section 5: %s is an e-mail, given back as written', async (shape) => {
    const email = shape.startsWith('"') ? `"${local}${shape.slice(1)}` : local + shape
    const id = unique()
    await v2.store({ id, email })
    expect(await v2.read(id)).toMatchObject({ email })
    expect(fieldsOf(await v2.getByEmail(email))).toMatchObject({ id })
    await v2.erase(id)
  })

  it('section 5: a local part of 64 characters and 254 together are the most', async () => {
    const longest = unique().padEnd(64, 'x')
    const label = 'd'.repeat(62)
    const domain = `${label}.${label}.${label}`
    await v2.store({ id: unique(), email: `${longest}@${domain}` })
    expectFaults(await v2.put({ id: unique(), email: `${longest}x@x.example` }), [
      badEmail(`${longest}x@x.example`),
    ])
    const tooLong = `${longest}@${domain}d`
    const quoted = `${tooLong.slice(0, 254)}…`
    expect(tooLong.length).toBe(254)
    await v2.store({ id: unique(), email: tooLong })
    expectFaults(await v2.put({ id: unique(), email: `${tooLong}d` }), [badEmail(quoted)])
  })

  it.each([
    'a',
    'a@',
    '@b',
    'a@b@c',
    'a@b..c',
    'a@.b',
    'a@b.',
    'a..b@c',
    '.a@c',
    'a.@c',
    'a@-b.c',
    'a@b-.c',
    'a@b_c.d',
    ' a@b',
    'a@b ',
    'a b@c',
    'a@b c',
    'a\n@b',
    'a@b\n',
    'a,b@c',
    'a(comment)@b',
    '(comment)a@b',
    'Name <a@b>',
    '<a@b>',
    '"a@b',
    'a"b@c',
    'a@[127.0.0.1',
    '\u00a0a@b',
  ])('section 5: %j is no e-mail', async (email) => {
    expectFaults(await v2.put({ id: unique(), email }), [badEmail(email)])
  })
})

describe('businessUnit', () => {
  it('section 5: a listed one is found without letter case and stored in the workspace’s spelling', async () => {
    for (const sent of ['DE', 'de', 'dE']) {
      const user = person()
      await v2.store({ ...user, businessUnit: sent })
      expect(await v2.read(user.id)).toMatchObject({ businessUnit: 'DE' })
    }
  })

  it.each([null, ''])('section 5: %j means none', async (businessUnit) => {
    const user = person()
    await v2.store({ ...user, businessUnit })
    expect(await v2.read(user.id)).not.toHaveProperty('businessUnit')
  })

  it.each([
    ['FR', 'FR'],
    [' DE', ' DE'],
    ['D', 'D'],
    [5, '5'],
    [true, 'true'],
    [['DE'], '["DE"]'],
    [{ a: 1 }, '{"a":1}'],
    ['x'.repeat(300), `${'x'.repeat(254)}…`],
  ])('section 5: %j is refused where the workspace lists its units', async (businessUnit, quoted) => {
    expectFaults(await v2.put(person({ businessUnit })), [badBusinessUnit(quoted)])
  })

  it.each(['x', 'Two words', 'é'.repeat(64), '😀'.repeat(64)])(
    'section 5: %j is accepted where the workspace lists none',
    async (businessUnit) => {
      const user = person({ businessUnit })
      await otherV2.store(user)
      expect(await otherV2.read(user.id)).toMatchObject({ businessUnit })
    },
  )

  it.each([' x', 'x ', ' ', 'x'.repeat(65), 'a\u0007b', 'a\nb', '\u0000'])(
    'section 5: %j is refused even where the workspace lists none',
    async (businessUnit) => {
      expectFaults(await otherV2.put(person({ businessUnit })), [badBusinessUnit(businessUnit)])
    },
  )
})

describe('string', () => {
  it.each([
    '""',
    '"text"',
    '" blanks "',
    '"e\\u0301"',
    '"a\\nb\\t\\u0007"',
    '"😀"',
    '"null"',
    '"\\\\u0000"',
    '"\\"\\\\"',
  ])('section 5: %s comes back as it came', async (literal) => {
    expect(await roundTrip('firstName', literal)).toBe(JSON.parse(literal))
  })

  it.each(['5', 'true', '[]', '["a"]', '{}'])('section 5: %s is no string', async (literal) => {
    await expectRefused('firstName', literal, wrongType('/firstName', 'firstName', 'STRING'))
  })
})

describe('phone', () => {
  it.each(['"+123456"', '"+491701234567"', '"+123456789012345"'])(
    'section 5: %s is E.164',
    async (literal) => {
      expect(await roundTrip('mobile', literal)).toBe(JSON.parse(literal))
    },
  )

  it.each([
    '',
    '0170123456',
    '491701234567',
    '+0123456',
    '+12345',
    '+1234567890123456',
    '+49 170 123',
    '+４９１７０１２３',
    '+49170123\n',
  ])('section 5: the text %j is code 5', async (text) => {
    await expectRefused('mobile', JSON.stringify(text), badPhone('/mobile', text))
  })

  it.each(['491701234567', 'false', '["+491701234567"]'])('section 5: %s is code 3', async (literal) => {
    await expectRefused('mobile', literal, wrongType('/mobile', 'mobile', 'STRING'))
  })

  it('section 5: a phone that somebody else has is stored all the same', async () => {
    const [first, second] = [person({ mobile: '+4915112345678' }), person({ mobile: '+4915112345678' })]
    await v2.store(first)
    await v2.store(second)
    expect(await v2.read(first.id)).toMatchObject(first)
    expect(await v2.read(second.id)).toMatchObject(second)
  })
})

describe('integer', () => {
  it.each(['0', '5', '-5', '5.0', '1e2', '9007199254740991', '-9007199254740991'])(
    'section 5: %s is an integer',
    async (literal) => {
      expect(await roundTrip('orderCount', literal)).toBe(Number(literal))
    },
  )

  it.each(['1.5', '"5"', 'true', '9007199254740992', '-9007199254740992', '1e16', '1e400', '[5]', '{}'])(
    'section 5: %s is no integer',
    async (literal) => {
      await expectRefused('orderCount', literal, wrongType('/orderCount', 'orderCount', 'INTEGER'))
    },
  )
})

describe('float', () => {
  it.each([
    '3',
    '3.25',
    '-0.1',
    '1e-7',
    '12345678.9',
    '1.7976931348623157e308',
    '5e-324',
    '0.30000000000000004',
  ])('section 5: %s is a float, given back exactly', async (literal) => {
    expect(await roundTrip('lifetimeValue', literal)).toBe(Number(literal))
  })

  it.each(['"3"', '1e400', '-1e400', 'false', '[3]', '{}'])('section 5: %s is no float', async (literal) => {
    await expectRefused('lifetimeValue', literal, wrongType('/lifetimeValue', 'lifetimeValue', 'FLOAT'))
  })
})

describe('boolean', () => {
  it.each(['true', 'false'])('section 5: %s is a boolean', async (literal) => {
    expect(await roundTrip('newsletter', literal)).toBe(JSON.parse(literal))
  })

  it.each(['"true"', '1', '0', '""', '[]'])('section 5: %s is no boolean', async (literal) => {
    await expectRefused('newsletter', literal, wrongType('/newsletter', 'newsletter', 'BOOLEAN'))
  })
})

describe('datetime', () => {
  it.each([
    ['1982-08-30', '1982-08-30'],
    ['2024-02-29', '2024-02-29'],
    ['1900-01-01', '1900-01-01'],
    ['2015-10-02T08:23:53Z', '2015-10-02T08:23:53Z'],
    ['2015-10-02T08:23Z', '2015-10-02T08:23:00Z'],
    ['2015-10-02T08:23', '2015-10-02T08:23:00Z'],
    ['2015-10-02T08:23:53', '2015-10-02T08:23:53Z'],
    ['2022-12-16T09:57:01+01:00', '2022-12-16T08:57:01Z'],
    ['2022-12-16T09:57:01+0100', '2022-12-16T08:57:01Z'],
    ['2022-12-16T09:57:01+01', '2022-12-16T08:57:01Z'],
    ['2022-12-16T09:57:01-05:30', '2022-12-16T15:27:01Z'],
    ['2024-01-01T00:30:00+01:00', '2023-12-31T23:30:00Z'],
    ['2024-02-28T23:30-01:00', '2024-02-29T00:30:00Z'],
    ['2022-12-16T09:57:01.5Z', '2022-12-16T09:57:01.500Z'],
    ['2022-12-16T09:57:01.123456789Z', '2022-12-16T09:57:01.123Z'],
    ['2022-12-16T09:57:01.000Z', '2022-12-16T09:57:01Z'],
    ['2022-12-16T09:57:01.000+02:00', '2022-12-16T07:57:01Z'],
    ['1969-12-31T23:59:59Z', '1969-12-31T23:59:59Z'],
  ])('section 5: %s comes back as %s', async (sent, read) => {
    expect(await roundTrip('createdAt', JSON.stringify(sent))).toBe(read)
  })

  it.each([
    '""',
    '"soon"',
    '"2023-02-29"',
    '"1982-02-30"',
    '"2023-13-01"',
    '"2023-00-10"',
    '"2023-04-31T10:00:00Z"',
    '"2023-1-1"',
    '"23-01-01"',
    '"2023-01"',
    '"20230101"',
    '"01.02.2023"',
    '"2023-01-01 10:00:00"',
    '"2023-01-01T"',
    '"2023-01-01T10"',
    '"2023-01-01T25:00:00Z"',
    '"2023-01-01T10:60:00Z"',
    '"2023-01-01T10:00:61Z"',
    '"2023-01-01T10:00:00."',
    '"2023-01-01T10:00:00 +01:00"',
    '"2023-01-01T10:00:00CET"',
    '" 2023-01-01"',
    '"2023-01-01\\n"',
    '1700000000000',
    'true',
    '[]',
    '{}',
  ])('section 5: %s is no date and time', async (literal) => {
    await expectRefused('createdAt', literal, wrongType('/createdAt', 'createdAt', 'DATETIME'))
  })
})

describe('array', () => {
  it.each([
    ['favouriteColors', '[]', []],
    ['favouriteColors', '["red","","red","blue"]', ['red', '', 'red', 'blue']],
    ['sizes', '[3,1,2.0]', [3, 1, 2]],
    ['weights', '[1.5,2]', [1.5, 2]],
    ['flags', '[true,false]', [true, false]],
    ['visits', '["2022-12-16T09:57:01+01:00","1982-08-30"]', ['2022-12-16T08:57:01Z', '1982-08-30']],
  ])('section 5: %s takes %s and keeps its order', async (attribute, literal, read) => {
    expect(await roundTrip(attribute, literal)).toEqual(read)
  })

  it.each([
    ['favouriteColors', '"red"', '', 'ARRAY'],
    ['favouriteColors', '{"0":"red"}', '', 'ARRAY'],
    ['sizes', '5', '', 'ARRAY'],
    ['favouriteColors', '["red",5]', '/1', 'STRING'],
    ['favouriteColors', '["red",null]', '/1', 'STRING'],
    ['favouriteColors', '[["red"]]', '/0', 'STRING'],
    ['sizes', '[1,2,"3"]', '/2', 'INTEGER'],
    ['weights', '[1e400]', '/0', 'FLOAT'],
    ['flags', '[0]', '/0', 'BOOLEAN'],
    ['visits', '["2022-12-16","soon"]', '/1', 'DATETIME'],
  ])('section 5: %s refuses %s, at the element', async (attribute, literal, element, type) => {
    await expectRefused(attribute, literal, wrongType(`/${attribute}${element}`, attribute, type))
  })
})

describe('array of objects', () => {
  it('section 5: objects with known fields are kept in order, a null field is left out', async () => {
    const literal = '[{"name":"Zoe","age":4},{},{"age":5,"name":null}]'
    expect(await roundTrip('children', literal)).toEqual([{ name: 'Zoe', age: 4 }, {}, { age: 5 }])
    expect(await roundTrip('children', '[]')).toEqual([])
  })

  it.each([
    ['{"name":"Zoe"}', wrongType('/children', 'children', 'ARRAY')],
    ['["Zoe"]', wrongType('/children/0', 'children', 'OBJECT')],
    ['[null]', wrongType('/children/0', 'children', 'OBJECT')],
    ['[[]]', wrongType('/children/0', 'children', 'OBJECT')],
    ['[{},{"age":"4"}]', wrongType('/children/1/age', 'children.age', 'INTEGER')],
    ['[{"name":{}}]', wrongType('/children/0/name', 'children.name', 'STRING')],
    ['[{"size":1}]', unknownAttribute('/children/0/size', 'children.size')],
    ['[{"size":null}]', unknownAttribute('/children/0/size', 'children.size')],
    ['[{"__proto__":{}}]', unknownAttribute('/children/0/__proto__', 'children.__proto__')],
  ])('section 5: %s is refused where it is wrong', async (literal, fault) => {
    await expectRefused('children', literal, fault)
  })
})

describe('object', () => {
  it('section 5: known fields of every type are kept, a null field is left out', async () => {
    const address =
      '{"street":"Main","floor":2.0,"latitude":50.1,"main":false,"since":"2022-12-16T09:57:01+01:00"}'
    expect(await roundTrip('homeAddress', address)).toEqual({
      street: 'Main',
      floor: 2,
      latitude: 50.1,
      main: false,
      since: '2022-12-16T08:57:01Z',
    })
    expect(await roundTrip('homeAddress', '{"street":"Main","floor":null}')).toEqual({ street: 'Main' })
  })

  it.each([
    ['"Main"', wrongType('/homeAddress', 'homeAddress', 'OBJECT')],
    ['[]', wrongType('/homeAddress', 'homeAddress', 'OBJECT')],
    ['{"floor":"2"}', wrongType('/homeAddress/floor', 'homeAddress.floor', 'INTEGER')],
    ['{"since":"soon"}', wrongType('/homeAddress/since', 'homeAddress.since', 'DATETIME')],
    ['{"street":["Main"]}', wrongType('/homeAddress/street', 'homeAddress.street', 'STRING')],
    ['{"city":"Prague"}', unknownAttribute('/homeAddress/city', 'homeAddress.city')],
  ])('section 5: %s is refused where it is wrong', async (literal, fault) => {
    await expectRefused('homeAddress', literal, fault)
  })

  it('section 5: arrays and objects are replaced whole, never merged', async () => {
    const user = person({
      homeAddress: { street: 'Main', floor: 2 },
      favouriteColors: ['red', 'blue'],
      children: [{ name: 'A' }],
    })
    await v2.store(user)
    const next = { homeAddress: { floor: 3 }, favouriteColors: ['green'], children: [{ age: 1 }, { age: 2 }] }
    await v2.store({ id: user.id, email: user.email, ...next })
    const { xngId: _, ...stored } = await v2.read(user.id)
    expect(stored).toEqual({ id: user.id, email: user.email, ...next })
  })
})

it('section 5: null clears an attribute of any type, as if it had never been set', async () => {
  const values = {
    firstName: 'x',
    mobile: '+491701234567',
    orderCount: 1,
    lifetimeValue: 1.5,
    newsletter: true,
    birthday: '1982-08-30',
    favouriteColors: ['red'],
    children: [{ age: 1 }],
    homeAddress: { floor: 1 },
  }
  const { id, email } = person()
  await v2.store({ id, email, ...values })
  expect(await v2.read(id)).toMatchObject(values)
  const cleared = Object.fromEntries(Object.keys(values).map((name) => [name, null]))
  await v2.store({ id, email, ...cleared })
  const { xngId: _, ...stored } = await v2.read(id)
  expect(stored).toEqual({ id, email })
})

it('section 5: attribute names have letter case and are sent bare', async () => {
  expectFaults(await v2.put(person({ firstname: 'x', FirstName: 'x', 'traits.firstName': 'x' })), [
    unknownAttribute('/firstname', 'firstname'),
    unknownAttribute('/FirstName', 'FirstName'),
    unknownAttribute('/traits.firstName', 'traits.firstName'),
  ])
})
