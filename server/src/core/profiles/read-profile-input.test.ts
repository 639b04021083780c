import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileAttributeSchema } from './attribute-schema.ts'
import { listBusinessUnits } from './business-unit.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import type { ProfileFault } from './profile-fault.ts'
import { type ProfileInputRules, readCustomerIdOf, readProfileInput } from './read-profile-input.ts'

const names = { customerId: 'id', email: 'email', businessUnit: 'unit', profileId: 'uuid' }

const attributes = compileAttributeSchema([
  { id: 1, name: 'firstName', type: 'string' },
  { id: 2, name: 'mobile', type: 'string', format: 'phone' },
  { id: 3, name: 'orderCount', type: 'integer' },
  { id: 4, name: 'lifetimeValue', type: 'float' },
  { id: 5, name: 'newsletter', type: 'boolean' },
  { id: 6, name: 'createdAt', type: 'datetime' },
  { id: 7, name: 'colors', type: 'array', items: 'string' },
  { id: 8, name: 'sizes', type: 'array', items: 'integer' },
  { id: 9, name: 'visits', type: 'array', items: 'datetime' },
  {
    id: 10,
    name: 'children',
    type: 'array',
    items: 'object',
    fields: [
      { id: 11, name: 'name', type: 'string' },
      { id: 12, name: 'age', type: 'integer' },
      { id: 13, name: 'born', type: 'datetime' },
    ],
  },
  { id: 14, name: 'car', type: 'object', fields: [{ id: 15, name: 'seats', type: 'integer' }] },
  { id: 16, name: 'toJSON', type: 'string' },
])

const rules: ProfileInputRules = {
  attributes,
  businessUnits: listBusinessUnits(['DE']),
  names,
  customerId: 'required',
  email: 'required',
  passesUnknownNulls: false,
}

function read(fields: object, changed: Partial<ProfileInputRules> = {}) {
  return readProfileInput({ id: '7', email: 'a@b', ...fields }, { ...rules, ...changed })
}

function faultsOf(fields: object, changed: Partial<ProfileInputRules> = {}): readonly ProfileFault[] {
  return read(fields, changed).faults ?? []
}

/** As `code at the place`. */
function faultNames(fields: object, changed: Partial<ProfileInputRules> = {}): string[] {
  return faultsOf(fields, changed).map(({ code, path }) => `${code} ${path.join('.')}`.trim())
}

describe('fields', () => {
  test('identifiers are taken exactly as sent, the business unit in the workspace’s spelling', () => {
    const { input } = read({ id: ' 7A ', email: 'John@Example.com', unit: 'de', uuid: 'ABC' })
    expect(input).toEqual({
      customerId: ' 7A ',
      email: 'John@Example.com',
      businessUnit: 'DE',
      profileId: 'ABC',
      set: {},
      clear: [],
    })
  })

  test('what is absent stays as it is, and null or empty text removes a business unit (C10)', () => {
    expect(read({}).input).toMatchObject({ businessUnit: undefined, profileId: undefined })
    expect(read({ unit: null, uuid: null }).input).toMatchObject({ businessUnit: null, profileId: undefined })
    expect(read({ unit: '' }).input?.businessUnit).toBeNull()
  })

  test.each([
    [{ id: undefined }, 'required id'],
    [{ id: null }, 'required id'],
    [{ id: '' }, 'empty-customer-id id'],
    [{ id: 7 }, 'not-text id'],
    [{ id: ['7'] }, 'not-text id'],
    [{ id: 'a\0' }, 'invalid-character id'],
    [{ id: '\ud800' }, 'invalid-character id'],
    [{ id: 'x'.repeat(256) }, 'customer-id-too-long id'],
    [{ id: '😀'.repeat(256) }, 'customer-id-too-long id'],
    [{ email: undefined }, 'required email'],
    [{ email: null }, 'required email'],
    [{ email: '' }, 'empty-email email'],
    [{ email: 7 }, 'not-text email'],
    [{ email: 'a\0@b' }, 'invalid-character email'],
    [{ email: 'nonsense' }, 'malformed-email email'],
    [{ unit: 'FR' }, 'malformed-business-unit unit'],
    [{ unit: 5 }, 'malformed-business-unit unit'],
    [{ uuid: 5 }, 'not-text uuid'],
    [{ uuid: 'a\0' }, 'invalid-character uuid'],
  ])('%j is refused: %s', (fields, fault) => expect(faultNames(fields)).toEqual([fault]))

  test('ids of 255 characters are taken, whatever their size in units', () => {
    for (const id of ['x'.repeat(255), '😀'.repeat(255)]) expect(read({ id }).input?.customerId).toBe(id)
  })
})

describe('what callers differ in', () => {
  test('an e-mail may be optional: absent or null leaves it (C44)', () => {
    for (const email of [undefined, null]) {
      expect(read({ email }, { email: 'optional' }).input).toMatchObject({ email: undefined })
    }
    expect(faultNames({ email: '' }, { email: 'optional' })).toEqual(['empty-email email'])
  })

  test('a customer id may be refused: null is none (C61)', () => {
    expect(read({ id: null }, { customerId: 'refused' }).input).toMatchObject({ customerId: undefined })
    expect(faultNames({ id: '7' }, { customerId: 'refused' })).toEqual(['customer-id-not-allowed id'])
  })

  test('a customer id may come under another name, which counts where the first holds none (C50)', () => {
    const aliased = { names: { ...names, customerIdAlias: 'externalId' } }
    expect(read({ id: undefined, externalId: '8' }, aliased).input?.customerId).toBe('8')
    expect(read({ id: null, externalId: '8' }, aliased).input?.customerId).toBe('8')
    expect(read({ id: '7', externalId: '8' }, aliased).input?.customerId).toBe('7')
    expect(faultNames({ id: null, externalId: null }, aliased)).toEqual(['required id'])
    expect(faultNames({ id: null, externalId: 8 }, aliased)).toEqual(['not-text externalId'])
  })

  test('a name may be passed over whatever it holds (C45)', () => {
    expect(read({ externalId: {} }, { names: { ...names, ignored: 'externalId' } }).input).toBeDefined()
    expect(faultNames({ externalId: '7' })).toEqual(['unknown-attribute externalId'])
  })

  test('an unknown attribute is refused also when it is null (C4), or passed over then (C48)', () => {
    expect(faultNames({ nobody: null, car: { nobody: null } })).toEqual([
      'unknown-attribute nobody',
      'unknown-attribute car.nobody',
    ])
    expect(read({ nobody: null, car: { nobody: null } }, { passesUnknownNulls: true }).input?.set).toEqual({
      car: {},
    })
    expect(faultNames({ nobody: 1 }, { passesUnknownNulls: true })).toEqual(['unknown-attribute nobody'])
  })

  test('where only the customer id is looked at, nothing else is (C23)', () => {
    expect(readCustomerIdOf({ id: '7', email: 5, nobody: 1 }, names)).toBe('7')
    expect(readCustomerIdOf({}, names)).toMatchObject({ code: 'required', path: ['id'] })
  })
})

describe('attributes are read by their types (crossengage 5)', () => {
  test.each([
    ['firstName', 'John', 'John'],
    ['firstName', '', ''],
    ['firstName', 'e\u0301 \u0001 <b>', 'e\u0301 \u0001 <b>'],
    ['firstName', 'x'.repeat(16_384), 'x'.repeat(16_384)],
    ['mobile', '+420123456789', '+420123456789'],
    ['orderCount', 3, 3],
    ['orderCount', JSON.parse('5.0'), 5],
    ['orderCount', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['orderCount', Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
    ['lifetimeValue', 3, 3],
    ['lifetimeValue', -1.5e300, -1.5e300],
    ['newsletter', false, false],
    ['createdAt', '2015-10-02', '2015-10-02'],
    ['createdAt', '2022-12-16T09:57:01+01:00', '2022-12-16T08:57:01Z'],
    ['colors', [], []],
    ['colors', ['red', '', 'blue', 'red'], ['red', '', 'blue', 'red']],
    ['sizes', [5, -1], [5, -1]],
    ['visits', ['2022-12-16T09:57Z'], ['2022-12-16T09:57:00Z']],
    ['children', [], []],
    [
      'children',
      [{ name: 'Zoe', age: null, born: '2020-01-01T00:00+01' }, {}],
      [{ name: 'Zoe', born: '2019-12-31T23:00:00Z' }, {}],
    ],
    ['car', { seats: 5 }, { seats: 5 }],
    ['car', { seats: null }, {}],
    ['toJSON', 'x', 'x'],
  ])('%s takes %.60j', (name, sent, stored) => {
    expect(JSON.parse(JSON.stringify(read({ [name]: sent }).input?.set))).toEqual({ [name]: stored })
  })

  test.each([
    ['firstName', 5, 'wrong-type firstName'],
    ['firstName', true, 'wrong-type firstName'],
    ['firstName', ['x'], 'wrong-type firstName'],
    ['firstName', {}, 'wrong-type firstName'],
    ['firstName', 'a\0', 'invalid-character firstName'],
    ['firstName', '\udc00', 'invalid-character firstName'],
    ['firstName', 'x'.repeat(16_385), 'text-too-large firstName'],
    ['firstName', '€'.repeat(5_462), 'text-too-large firstName'],
    ['mobile', 420123456789, 'wrong-type mobile'],
    ['mobile', '0170 123', 'malformed-phone mobile'],
    ['mobile', '', 'malformed-phone mobile'],
    ['mobile', '+420123\0', 'invalid-character mobile'],
    ['orderCount', 1.5, 'wrong-type orderCount'],
    ['orderCount', '5', 'wrong-type orderCount'],
    ['orderCount', 2 ** 53, 'wrong-type orderCount'],
    ['orderCount', JSON.parse('1e400'), 'wrong-type orderCount'],
    ['lifetimeValue', '3', 'wrong-type lifetimeValue'],
    ['lifetimeValue', JSON.parse('1e400'), 'wrong-type lifetimeValue'],
    ['newsletter', 'true', 'wrong-type newsletter'],
    ['newsletter', 1, 'wrong-type newsletter'],
    ['createdAt', 1_443_774_233, 'wrong-type createdAt'],
    ['createdAt', '2023-02-29', 'wrong-type createdAt'],
    ['colors', 'red', 'wrong-type colors'],
    ['colors', { 0: 'red' }, 'wrong-type colors'],
    ['colors', ['red', null], 'wrong-type colors.1'],
    ['colors', ['red', 'a\0'], 'invalid-character colors.1'],
    ['colors', ['x'.repeat(16_385)], 'text-too-large colors.0'],
    ['sizes', [1, 'x', [2]], 'wrong-type sizes.1, wrong-type sizes.2'],
    ['children', {}, 'wrong-type children'],
    ['children', [null, 'x', []], 'wrong-type children.0, wrong-type children.1, wrong-type children.2'],
    ['children', [{ age: 4 }, { age: 'x' }], 'wrong-type children.1.age'],
    ['children', [{ age: { deep: {} } }], 'wrong-type children.0.age'],
    ['children', [{ height: 4 }], 'unknown-attribute children.0.height'],
    ['car', [], 'wrong-type car'],
    ['car', 'x', 'wrong-type car'],
    ['car', { seats: '5', wheels: 4 }, 'wrong-type car.seats, unknown-attribute car.wheels'],
    ['car', JSON.parse('{"__proto__":{"seats":5}}'), 'unknown-attribute car.__proto__'],
  ])('%s refuses %.60j', (name, sent, faults) => {
    expect(faultNames({ [name]: sent }).join(', ')).toBe(faults)
  })

  test('null clears an attribute of any type', () => {
    const cleared = Object.fromEntries([...attributes.keys()].map((name) => [name, null]))
    expect(read(cleared).input).toMatchObject({ set: {}, clear: [...attributes.keys()] })
  })

  test('faults name the type of the element or the child, and a child by its dotted name', () => {
    expect(faultsOf({ sizes: ['x'], children: [5, { age: 'x' }] })).toEqual([
      { code: 'wrong-type', path: ['sizes', 0], name: 'sizes', expected: 'integer' },
      { code: 'wrong-type', path: ['children', 0], name: 'children', expected: 'object' },
      { code: 'wrong-type', path: ['children', 1, 'age'], name: 'children.age', expected: 'integer' },
    ])
  })

  test('names that objects of JavaScript have are unknown attributes like any other', () => {
    const foreign = JSON.parse(
      '{"id":"7","email":"a@b","__proto__":{"id":"8"},"constructor":1,"toString":null}',
    )
    expect(readProfileInput(foreign, rules).faults?.map(({ name }) => name)).toEqual([
      '__proto__',
      'constructor',
      'toString',
    ])
  })

  test('an array has to say what it holds', () => {
    expect(() => compileAttributeSchema([{ id: 1, name: 'x', type: 'array' }])).toThrow('x is an array')
  })
})

describe('limits of one profile (crossengage 6)', () => {
  test('1,000 nested objects, counted over all attributes; the attribute that passes the limit is at fault', () => {
    const children = (count: number) => Array.from({ length: count }, () => ({}))
    expect(read({ car: {}, children: children(999) }).input).toBeDefined()
    expect(faultsOf({ car: {}, children: children(1_500) })).toEqual([
      { code: 'too-many-objects', path: ['children'], name: 'children', limit: 1_000 },
    ])
  })

  test('1,048,576 bytes as compact JSON', () => {
    const user = {
      id: '7',
      email: 'a@b',
      colors: Array.from({ length: 64 }, () => 'x'.repeat(16_000)),
      firstName: '',
    }
    const missing = 1_048_576 - JSON.stringify(user).length
    const colors = [
      ...user.colors,
      ...Array.from({ length: 3 }, () => 'x'.repeat(Math.floor(missing / 3) - 3)),
    ]
    const firstName = 'x'.repeat(1_048_576 - JSON.stringify({ ...user, colors }).length)
    expect(read({ ...user, colors, firstName }).input).toBeDefined()
    expect(faultsOf({ ...user, colors, firstName: `${firstName}x` })).toEqual([
      { code: 'profile-too-large', path: [], name: '', limitBytes: 1_048_576 },
    ])
  })

  test('a million misfits are explained a thousand times', () => {
    expect(faultsOf({ sizes: Array.from({ length: 1_000_000 }, () => 'x') })).toHaveLength(100_000)
  })
})

describe('whatever is sent', () => {
  const knownName = fc.constantFrom('id', 'email', 'unit', 'uuid', ...attributes.keys(), '__proto__', 'a/~b')
  const scalar = fc.oneof(
    fc.constantFrom('7', 'a@b', 'DE', '+420123456789', '2022-12-16T09:57+01', 'a\0', 5, 1.5, true, null),
    fc.jsonValue({ maxDepth: 2 }),
  )
  const nested = fc.dictionary(fc.constantFrom('name', 'age', 'born', 'seats', '__proto__'), scalar)
  const value = fc.oneof(scalar, fc.array(scalar), nested, fc.array(fc.oneof(nested, scalar)))
  const profile = fc
    .array(fc.tuple(fc.oneof(knownName, fc.string()), value))
    .map((entries): JsonObject => JSON.parse(JSON.stringify(Object.fromEntries(entries))))

  test('all faults stand in different places, which exist unless they are required', () => {
    fc.assert(
      fc.property(profile, fc.boolean(), (sent, passesUnknownNulls) => {
        const { faults = [] } = readProfileInput(sent, { ...rules, passesUnknownNulls })
        expect(new Set(faults.map(({ path }) => JSON.stringify(path))).size).toBe(faults.length)
        for (const { code, path } of faults) if (code !== 'required') expect(exists(sent, path)).toBe(true)
      }),
    )
  })

  test('a fault is found whatever the other fields hold (C5)', () => {
    fc.assert(
      fc.property(profile, (sent) => {
        const { faults = [] } = readProfileInput({ ...sent, orderCount: 'x' }, rules)
        expect(faults).toContainEqual({
          code: 'wrong-type',
          path: ['orderCount'],
          name: 'orderCount',
          expected: 'integer',
        })
      }),
    )
  })

  test('what is stored is read again as the same', () => {
    fc.assert(
      fc.property(profile, (sent) => {
        const { input } = readProfileInput(
          { ...sent, id: '7', email: 'a@b' },
          { ...rules, passesUnknownNulls: true },
        )
        if (input) expect(read(JSON.parse(JSON.stringify(input.set))).input?.set).toEqual(input.set)
      }),
    )
  })

  test('nesting as deep as a body can hold is refused like any other misfit', () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
    expect(faultNames({ firstName: deep, colors: [deep], unit: deep, id: deep, nobody: deep })).toHaveLength(
      5,
    )
  })
})

function exists(value: unknown, [step, ...rest]: readonly (string | number)[]): boolean {
  if (step === undefined) return true
  if (!(Array.isArray(value) || isJsonObject(value)) || !Object.hasOwn(value, step)) return false
  return exists((value as Record<string | number, unknown>)[step], rest)
}
