import { afterAll, beforeAll, expect, test } from 'vitest'
import { channels } from '../../consents/channels.ts'
import { changeRecipientStatuses } from '../../consents/recipient-status.ts'
import { setOptOut } from '../../mail/mail-opt-outs.ts'
import { addressHashKeys, hashAddress } from '../../mail/sealed-address.ts'
import type { SegmentRule } from '../../workspaces/file/sections/segments.ts'
import { openTestSegments, type TestSegments } from '../segments.fixture.ts'

/** Rules, and who of the three below is in them. */
const cases: readonly (readonly [rule: SegmentRule, members: readonly string[]])[] = [
  [{ attribute: 'count', is: '=', value: 10 }, ['full']],
  [{ attribute: 'count', is: '!=', value: 10 }, ['other', 'bare']],
  [{ attribute: 'count', is: '>', value: -3 }, ['full']],
  [{ attribute: 'count', is: '>=', value: -3 }, ['full', 'other']],
  [{ attribute: 'count', is: '<', value: 10 }, ['other']],
  [{ attribute: 'count', is: '<=', value: 10 }, ['full', 'other']],
  [{ attribute: 'count', is: 'in', value: [10, 11] }, ['full']],
  [{ attribute: 'worth', is: '=', value: 2 }, ['full']],
  [{ attribute: 'worth', is: '>', value: 1.5 }, ['full']],
  [{ attribute: 'worth', is: '<', value: 1e21 }, ['full', 'other']],
  [{ attribute: 'city', is: '=', value: 'Praha "1"' }, ['full']],
  [{ attribute: 'city', is: '=', value: 'praha' }, ['other']],
  [{ attribute: 'city', is: '!=', value: 'praha' }, ['full', 'bare']],
  [{ attribute: 'city', is: 'in', value: ['praha', 'Praha "1"', 'Brno'] }, ['full', 'other']],
  [{ attribute: 'city', is: 'contains', value: 'raha' }, ['full', 'other']],
  [{ attribute: 'city', is: 'contains', value: '%' }, []],
  [{ attribute: 'city', is: 'contains', value: 'Pr' }, ['full']],
  [{ attribute: 'loyal', is: '=', value: true }, ['full']],
  [{ attribute: 'loyal', is: '!=', value: true }, ['other', 'bare']],
  [{ attribute: 'loyal', is: '=', value: false }, ['other']],
  [{ attribute: 'since', is: '=', value: '2026-01-15T01:00:00+01:00' }, ['full']],
  [{ attribute: 'since', is: '=', value: '2026-01-15' }, ['full']],
  [{ attribute: 'since', is: '!=', value: '2026-01-15' }, ['other', 'bare']],
  [{ attribute: 'since', is: '>', value: '2026-01-15T00:00:00Z' }, ['other']],
  [{ attribute: 'since', is: '>=', value: '2026-01-15' }, ['full', 'other']],
  [{ attribute: 'since', is: '<', value: '2026-01-15T10:00:00.500Z' }, ['full']],
  [{ attribute: 'since', is: '<=', value: '2026-01-15T10:00:00.500Z' }, ['full', 'other']],
  [{ attribute: 'since', is: 'in', value: ['2026-01-15T10:00:00.5Z', '2020-01-01'] }, ['other']],
  [{ attribute: 'tags', is: 'contains', value: 'a' }, ['full']],
  [{ attribute: 'tags', is: 'contains', value: 'c' }, []],
  [{ attribute: 'sizes', is: 'contains', value: 42 }, ['full']],
  [{ attribute: 'visits', is: 'contains', value: '2026-02-01T00:00:00Z' }, ['full']],
  [{ attribute: 'visits', is: 'contains', value: '2026-02-02' }, []],
  [{ attribute: 'home', is: 'exists', value: true }, ['full']],
  [{ attribute: 'home', is: 'exists', value: false }, ['other', 'bare']],
  [{ attribute: 'tags', is: 'exists', value: true }, ['full', 'other']],
  // Registered no longer: whatever it asks, it is false.
  [{ attribute: 'gone', is: '!=', value: 1 }, []],
  [{ attribute: 'gone', is: 'exists', value: false }, []],
  [{ not: { attribute: 'gone', is: '=', value: 1 } }, ['full', 'other', 'bare']],
  // Nobody has any.
  [{ freeAttribute: 'shoe size', is: '=', value: 42 }, []],
  [{ freeAttribute: 'shoe size', is: '!=', value: 42 }, ['full', 'other', 'bare']],
  [{ freeAttribute: 'shoe size', is: 'exists', value: false }, ['full', 'other', 'bare']],
  [{ consent: 'gtc', is: 'given' }, []],
  [{ consent: 'gtc', is: 'withdrawn' }, []],
  [{ consent: 'gtc', is: 'unset' }, ['full', 'other', 'bare']],
  [{ optedOut: 'SMS' }, ['full', 'other']],
  [{ optedOut: 'MAIL' }, ['other']],
  [{ optedOut: 'ALL' }, ['other']],
  [{ blacklisted: true }, ['full']],
  [{ blacklisted: false }, ['other', 'bare']],
  [{ addressOptedOut: true }, ['full']],
  [{ addressOptedOut: false }, ['other', 'bare']],
  [
    {
      all: [
        { attribute: 'count', is: 'exists', value: true },
        { attribute: 'loyal', is: '=', value: false },
      ],
    },
    ['other'],
  ],
  [
    {
      any: [
        { attribute: 'count', is: '=', value: 10 },
        { attribute: 'count', is: 'exists', value: false },
      ],
    },
    ['full', 'bare'],
  ],
  [{ not: { any: [{ attribute: 'count', is: '>', value: 0 }, { blacklisted: true }] } }, ['other', 'bare']],
]

let tested: TestSegments
const names = new Map<string, string>()

beforeAll(async () => {
  tested = await openTestSegments()
  const ids = {
    full: await tested.upsert(
      'full',
      {
        count: 10,
        worth: 2.0,
        city: 'Praha "1"',
        loyal: true,
        since: '2026-01-15',
        tags: ['a', 'b'],
        sizes: [41, 42],
        visits: ['2026-01-15', '2026-02-01'],
        home: { street: 'Main' },
      },
      { email: 'Full@e.example', email_key: 'full@e.example' },
    ),
    other: await tested.upsert('other', {
      count: -3,
      worth: 0.1,
      city: 'praha',
      loyal: false,
      since: '2026-01-15T10:00:00.500Z',
      tags: [],
    }),
    bare: await tested.upsert('bare', {}),
  }
  for (const [name, id] of Object.entries(ids)) names.set(id, name)
  await tested.run(async (connection) => {
    const { id } = tested.workspace()
    await changeRecipientStatuses(connection, id, [
      { customer: 'full', opt_out: true, channels: ['SMS'], blacklisted: true },
    ])
    await changeRecipientStatuses(connection, id, [
      {
        customer: 'other',
        opt_out: true,
        channels,
      },
    ])
    await setOptOut(connection, tested.workspace(), 'Full@E.example', true)
  })
  tested.setRules(Object.fromEntries(cases.map(([rule], index) => [`case-${index}`, rule])))
  await tested.settle()
})
afterAll(() => tested[Symbol.asyncDispose]())

test.each(cases.map(([rule, members], index) => [JSON.stringify(rule), members, index] as const))(
  'the members of %s are %j',
  async (_rule, members, index) => {
    const found = await tested.members(`case-${index}`)
    expect(found.map((id) => names.get(id)).toSorted()).toEqual(members.toSorted())
  },
)

test('the database hashes an address as the server does, whatever the length of the secret (E124)', async () => {
  for (const secret of [tested.workspace().secret, Buffer.alloc(64, 7), Buffer.alloc(100, 9)]) {
    const { inner, outer } = addressHashKeys(secret)
    const { rows } = await tested.run((connection) =>
      connection.query<{ hash: Buffer }>('select mail_opt_out_hash($1, $2, $3) as hash', [
        inner,
        outer,
        'žluťoučký@e.example',
      ]),
    )
    expect(rows[0]?.hash).toEqual(hashAddress(secret, 'žluťoučký@e.example'))
  }
})
