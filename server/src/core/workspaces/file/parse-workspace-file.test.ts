import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runs } from '../../../testing/soak.ts'
import { acmeValues, change, exampleText, faultsOf, parsed, partsOf, valueAt } from './acme.fixture.ts'
import { formatPath } from './file-fault.ts'
import { parseWorkspaceFile } from './parse-workspace-file.ts'

test('the acme example parses, with every default filled in', () => {
  const file = parsed(exampleText('acme'))
  expect(file).toMatchObject({
    workspace: 'acme',
    displayName: 'Acme Stores',
    timeZone: 'Europe/Prague',
    languages: ['en', 'cs', 'de'],
    customerData: { businessUnits: ['DE', 'AT', 'CZ'], partialBatchStatus: 400 },
    carecloud: { businessUnit: 'CZ', bearerHours: 7 },
    customerglu: { registration: 'open', tokenDays: 365 },
  })
  expect(file).not.toHaveProperty('publicUrl')
  expect(file.rewards[0]).toMatchObject({ code: 'GLOB-10', validFrom: '2026-01-01', stock: 1000 })
  expect(file.rewards[1]).toMatchObject({ code: 'fifty-points', stores: [], terms: [], tags: [] })
  expect(file.eventTypes[0]).toEqual({
    code: 'Completed Order',
    name: 'Completed order',
    attributes: [],
    backendOnly: false,
  })
  expect(file.campaigns.map((campaign) => campaign.type)).toEqual([
    'spinthewheel',
    'scratchcard',
    'slotmachine',
    'memorygame',
    'quiz',
    'streak',
    'multistep',
    'referral',
  ])
  expect(file.campaigns[1]).toMatchObject({ banner: { title: '', body: '', tag: '', imageUrl: '' } })
  expect(file.segments[0]?.where).toEqual({
    all: [
      { attribute: 'lifetimeValue', is: '>=', value: 500 },
      { event: 'purchase', count: '>=', value: 2, withinDays: 90 },
    ],
  })
  expect(file.entryPoints[0]?.content[0]).toMatchObject({
    openLayout: 'FULL-DEFAULT',
    relativeHeight: 70,
    action: { type: 'OPEN_CAMPAIGN', button: { height: '40' } },
  })
  expect(file.zones[1]?.data).toHaveProperty(['me.share_code'], '{{me.share_code}}')
})

test('the demo example parses; its key waits for a generated secret', () => {
  const file = parsed(exampleText('demo'))
  expect(file.workspace).toBe('demo')
  expect(file.domains).toEqual(['localhost', '127.0.0.1'])
  expect(file.keys.map((key) => [key.kind, key.secret])).toEqual([['master', undefined]])
  expect(file.customerData.attributes).toEqual(parsed(exampleText('acme')).customerData.attributes)
  expect(file.campaigns.map((campaign) => campaign.type)).toEqual(['referral'])
})

test('only the name is required; everything else has the defaults of the contracts', () => {
  const file = parsed('workspace: tiny')
  expect(file).toMatchObject({
    displayName: 'tiny',
    timeZone: 'UTC',
    defaultLanguage: 'en',
    languages: ['en'],
    currency: 'EUR',
    keys: [],
    customerData: {
      businessUnits: [],
      emailUniqueness: 'business-unit',
      partialBatchStatus: 400,
      attributes: [],
    },
    exchange: {
      endpoints: [],
      identifiers: ['email', 'phone', 'cookie_id', 'customer_id'],
      subscriptions: [],
    },
    carecloud: {
      businessUnit: null,
      bearerHours: 7,
      legacyBasic: true,
      customerInterface: { allow: [] },
      purchaseEvent: 'purchase',
      purchaseItemTypes: [{ id: 'standard', name: 'Standard item' }],
    },
    customerglu: {
      openSse: false,
      segmentCallsWithWriteKey: false,
      theme: { accentColor: '#5b3df5', logoUrl: '', fontUrl: '' },
      sdk: {},
    },
  })
  expect(parsed('workspace: tiny\ndefaultLanguage: cs').languages).toEqual(['cs'])
})

test('L63: the standard consents exist in every workspace, after those of the file', () => {
  const ids = (text: string) => parsed(text).consents.map((consent) => consent.id)
  expect(ids('workspace: a')).toEqual(['gtc', 'profiling', 'marketing-communication'])
  expect(ids('workspace: a\nconsents: [{ id: club, text: Club }, { id: profiling, text: Mine }]')).toEqual([
    'club',
    'profiling',
    'gtc',
    'marketing-communication',
  ])
})

test('a section with nothing under its name is an absent one; a setting without its value is a fault', () => {
  expect(parsed('workspace: a\nkeys:\ncarecloud:\n')).toEqual(parsed('workspace: a'))
  expect(faultsOf('workspace: a\ncurrency:')).toEqual([{ path: 'currency', reason: 'has no value', line: 2 }])
})

test('JSON of the same shape means the same as YAML', () => {
  expect(parsed(JSON.stringify(acmeValues(), null, '\t'))).toEqual(parsed(exampleText('acme')))
})

test('a date stays text, under %YAML 1.1 too', () => {
  const text = 'workspace: a\nrewards: [{ id: r, kind: custom, name: x, validFrom: 2026-01-01 }]'
  expect(parsed(text).rewards[0]?.validFrom).toBe('2026-01-01')
  expect(parsed(`%YAML 1.1\n---\n${text}`)).toEqual(parsed(text))
})

test('all faults are reported together, in the order of the text, each with its line', () => {
  const text = [
    'workspace: Acme!',
    'curency: EUR',
    'rewards:',
    '  - { id: a, kind: coupn, name: A }',
    '  - { id: b, kind: coupon, name: B, stock: -1, validFrom: 2026-02-30 }',
    'campaigns:',
    '  - id: c',
    '    type: spinthewheel',
    '    name: C',
    '    prizes:',
    '      - { reward: a, weight: 1 }',
    '      - { reward: ten-eur, weight: 1 }',
  ].join('\n')
  expect(faultsOf(text)).toEqual([
    { path: 'workspace', reason: 'must be 1 to 63 lower-case letters, digits and inner hyphens', line: 1 },
    { path: 'curency', reason: 'is not a known setting; did you mean "currency"?', line: 2 },
    {
      path: 'rewards[0].kind',
      reason:
        'must be one of coupon, points, discount, freebie, cashback, custom, none; did you mean "coupon"?',
      line: 4,
    },
    { path: 'rewards[1].stock', reason: 'must be at least 0', line: 5 },
    { path: 'rewards[1].validFrom', reason: 'must be a date of the calendar, such as 2026-01-31', line: 5 },
    {
      path: 'campaigns[0].prizes[1].reward',
      reason: 'names reward "ten-eur", which the file does not define',
      line: 12,
    },
  ])
})

test('an unreadable text is refused with its line, and no secret of it is quoted', () => {
  const unreadable: [string, number | undefined, string][] = [
    ['', undefined, 'is empty; it must at least name the workspace'],
    ['- a', 1, 'must be a map (name: value)'],
    ['workspace: a\n---\nworkspace: b', 2, 'holds several documents; a workspace file is one'],
    ['workspace: a\nkeys: [', 2, 'is not readable as YAML or JSON'],
    ['workspace: a\nkeys: "x" top-secret', 2, 'is not readable as YAML or JSON'],
    ['['.repeat(20_000), 1, 'is nested too deeply'],
  ]
  for (const [text, line, reason] of unreadable) {
    const [fault] = faultsOf(text)
    expect([fault?.line, fault?.reason]).toEqual([line, expect.stringContaining(reason)])
    expect(JSON.stringify(faultsOf(text))).not.toContain('top-secret')
  }
})

test('names given twice, tags and characters that cannot be stored are refused where they stand', () => {
  const reasons = (text: string) =>
    faultsOf(text).map((fault) => `${fault.path} ${fault.reason} (${fault.line})`)
  expect(reasons('workspace: a\ncarecloud:\n  bearerHours: 1\n  bearerHours: 2')).toEqual([
    'carecloud.bearerHours is given twice (4)',
  ])
  expect(reasons('workspace: !!binary aGk=')).toEqual([
    'workspace carries a YAML tag; write a plain value (1)',
  ])
  expect(reasons('workspace: a\ndisplayName: "x\\u0000"')).toEqual([
    'displayName holds a character that cannot be stored (2)',
  ])
  expect(reasons('workspace: a\n__proto__: {}\nconstructor: 1')).toEqual([
    '__proto__ is not a known setting (2)',
    'constructor is not a known setting (3)',
  ])
})

test('what free data would be kept as something else is refused where it stands', () => {
  const zone = (data: string) => `workspace: acme\nzones: [{ name: z, data: ${data} }]\n`
  const many = 'has more digits than a number keeps; put it in quotes'
  const merge = 'merges another map, which a workspace file cannot; write its members out'
  const refusals: readonly (readonly [string, string, string])[] = [
    ['{ pixel: 12345678901234567890 }', 'zones[0].data.pixel', many],
    ['{ a: [1, { b: -9007199254740993 }] }', 'zones[0].data.a[1].b', many],
    ['{ a: 1e400 }', 'zones[0].data.a', 'must be a number that JSON has'],
    ['{ a: [.inf] }', 'zones[0].data.a[0]', 'must be a number that JSON has'],
    ['{ a: .nan }', 'zones[0].data.a', 'must be a number that JSON has'],
    ['{ <<: { a: 1 }, b: 2 }', 'zones[0].data["<<"]', merge],
    ['{ a: { <<: { a: 1 } } }', 'zones[0].data.a["<<"]', merge],
  ]
  for (const [data, path, reason] of refusals)
    expect(faultsOf(zone(data))).toEqual([{ path, reason, line: 2 }])
  expect(parsed(zone('{ a: "12345678901234567890", b: 1.5, c: 1e-300 }')).zones[0]?.data).toMatchObject({
    b: 1.5,
  })
})

test('an alias repeats a value; one that holds itself, leads nowhere or grows without bound is refused', () => {
  const aliased = 'workspace: a\nconsents:\n  - { id: x, text: &t Hello }\n  - { id: y, text: *t }'
  expect(parsed(aliased).consents[1]?.text).toBe('Hello')
  expect(faultsOf('workspace: a\nkeys: &k [*k]').map((fault) => fault.reason)).toEqual([
    'names the anchor "k", within which it stands',
  ])
  expect(faultsOf('workspace: *w')[0]?.reason).toBe('names the anchor "w", which does not stand before it')
  const bomb = ['a: &a [1,1,1,1,1,1,1,1,1,1]']
  for (const [index, name] of [...'bcdefghij'].entries()) {
    const inner = Array(10).fill(`*${'abcdefghi'[index]}`).join(',')
    bomb.push(`${name}: &${name} [${inner}]`)
  }
  expect(faultsOf(bomb.join('\n')).map((fault) => fault.reason)).toContain('repeats too much by aliases')
})

test('a placeholder takes its value from the environment; an unset name is refused with its path', () => {
  const text = `workspace: a\nkeys: [{ name: k, kind: master, secret: "\${KEY}" }]\ndisplayName: $\${KEY} \${KEY}`
  expect(parsed(text, { KEY: 'from-outside' })).toMatchObject({
    displayName: `\${KEY} from-outside`,
    keys: [{ secret: 'from-outside' }],
  })
  const reason = `takes \${KEY} from the environment, where it is not set`
  expect(faultsOf(text)).toEqual([
    { path: 'keys[0].secret', reason, line: 2 },
    { path: 'displayName', reason, line: 3 },
  ])
  expect(faultsOf(`workspace: a\ndisplayName: "\${toString} \${1} \${open"`)).toHaveLength(3)
  const unquoted = `workspace: a\nkeys: [{ name: k, kind: master, secret: \${KEY} }]`
  expect(faultsOf(unquoted)[0]?.reason).toContain('in quotes')
})

/** Every place in a value, the root excepted. */
function placesIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return []
  const names = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return names.flatMap((name) => {
    const below = [...path, name]
    return [below, ...placesIn(valueAt(value, [name]), below)]
  })
}

test('whatever is deleted or changed in acme, parsing ends in a file or in a fault that can be found', () => {
  const places = placesIn(acmeValues())
  const replacement = fc.oneof(
    fc.constant(undefined),
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      '',
      'none',
      'all',
      `\${X}`,
      '__proto__',
      0,
      -1,
      1e21,
      0.1,
      null,
      true,
      [],
      {},
      [[]],
      [null],
    ),
  )
  fc.assert(
    fc.property(fc.constantFrom(...places), replacement, (place, value) => {
      const values = acmeValues()
      change(values, place, value)
      const text = JSON.stringify(values)
      const result = parseWorkspaceFile(text, { environment: {} })
      if ('file' in result) return
      const { faults } = result
      for (const fault of faults) expect(fault.reason).not.toBe('has not the shape of a workspace file')
      const stands = (path: (string | number)[]) => valueAt(JSON.parse(text), path) !== undefined
      expect(faults.some(({ path }) => stands(partsOf(path)) || stands(partsOf(path).slice(0, -1)))).toBe(
        true,
      )
    }),
    runs(100),
  )
})

test('an unknown setting is refused beside every setting of acme, free maps excepted', () => {
  const values = acmeValues()
  const wrong: (string | number)[][] = []
  for (const place of placesIn(values)) {
    const name = place.at(-1)
    const parent = place.slice(0, -1)
    if (typeof name !== 'string' || name.endsWith('_x') || isFreeMap(parent, valueAt(values, parent)))
      continue
    wrong.push([...parent, `${name}_x`])
  }
  for (const path of wrong) change(values, path, 1)
  const refused = faultsOf(JSON.stringify(values)).filter(({ reason }) => reason.startsWith('is not a known'))
  expect(refused.map(({ path }) => path).toSorted()).toEqual(wrong.map(formatPath).toSorted())
})

function isFreeMap(path: readonly (string | number)[], value: unknown): boolean {
  const names = Object.keys(Object(value))
  const isLocalized = names.every((name) => ['en', 'cs', 'de'].includes(name))
  const isConditions = path.at(-1) === 'where' && ['unlockedBy', 'conversion'].includes(String(path.at(-2)))
  return isLocalized || isConditions || path.at(-1) === 'properties' || path.includes('data')
}
