import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runs } from '../../../testing/soak.ts'
import { changeRecipientStatuses } from '../../consents/recipient-status.ts'
import { eventParts } from '../../events/profile-parts.ts'
import { mergeProfiles } from '../../identity/merge-profiles.ts'
import { unmergeProfiles } from '../../identity/unmerge-profiles.ts'
import { setOptOut } from '../../mail/mail-opt-outs.ts'
import { deleteProfiles } from '../../profiles/delete-profiles.ts'
import type { SegmentRule } from '../../workspaces/file/sections/segments.ts'
import { segmentParts } from '../profile-parts.ts'
import { openTestSegments, type TestSegments } from '../segments.fixture.ts'
import { modelMembers } from './segment-model.fixture.ts'

const parts = [...eventParts, ...segmentParts]
const dayMs = 86_400_000

const customer = fc.constantFrom('c0', 'c1', 'c2', 'c3')
const eventName = fc.constantFrom('purchase', 'visit', 'untested')
const comparison = fc.constantFrom('=', '!=', '>', '>=', '<', '<=')
const number = fc.integer({ min: -2, max: 2 })
const text = fc.constantFrom('a', 'b', 'ab')
const moment = fc.constantFrom('2026-01-01', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.500Z', '2026-03-01')

const attributes = fc.record(
  {
    count: number,
    worth: number,
    city: text,
    loyal: fc.boolean(),
    since: moment,
    tags: fc.array(text, { maxLength: 2 }),
    visits: fc.array(moment, { maxLength: 2 }),
  },
  { requiredKeys: [] },
)

const attributeTest: fc.Arbitrary<SegmentRule> = fc.oneof(
  fc.record({ attribute: fc.constantFrom('count', 'worth'), is: comparison, value: number }),
  fc.record({ attribute: fc.constant('since'), is: comparison, value: moment }),
  fc.record({
    attribute: fc.constant('city'),
    is: fc.constantFrom('=', '!=', 'contains'),
    value: text,
  }),
  fc.record({
    attribute: fc.constant('city'),
    is: fc.constant('in'),
    value: fc.array(text, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ attribute: fc.constant('tags'), is: fc.constant('contains'), value: text }),
  fc.record({ attribute: fc.constant('visits'), is: fc.constant('contains'), value: moment }),
  fc.record({
    attribute: fc.constantFrom('count', 'city', 'gone'),
    is: fc.constant('exists'),
    value: fc.boolean(),
  }),
) as fc.Arbitrary<SegmentRule>

const eventTest = fc.record(
  {
    event: fc.constantFrom('purchase', 'visit'),
    count: comparison,
    value: fc.integer({ min: 0, max: 2 }),
    withinDays: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: ['event', 'count', 'value'] },
) as fc.Arbitrary<SegmentRule>

const leaf: fc.Arbitrary<SegmentRule> = fc.oneof(
  attributeTest,
  eventTest,
  eventTest,
  fc.record({ blacklisted: fc.boolean() }),
  fc.record({ optedOut: fc.constantFrom('SMS', 'MAIL') }) as fc.Arbitrary<SegmentRule>,
  fc.record({ addressOptedOut: fc.boolean() }),
)

const { rule } = fc.letrec<{ rule: SegmentRule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc.record({ all: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('rule') }),
  ),
}))

const rules = fc.array(rule, { minLength: 1, maxLength: 4 })

type Command =
  | { readonly does: 'upsert'; readonly customer: string; readonly set: object }
  | { readonly does: 'clear' | 'delete' | 'blacklist' | 'whitelist' | 'optOut'; readonly customer: string }
  | { readonly does: 'refuseMail'; readonly customer: string; readonly refuses: boolean }
  | {
      readonly does: 'event'
      readonly customer: string
      readonly name: string
      readonly daysAgo: number
      readonly trusted: boolean
    }
  | { readonly does: 'merge'; readonly customer: string; readonly into: string }
  | { readonly does: 'unmerge' }
  | { readonly does: 'wait'; readonly days: number }
  | { readonly does: 'evaluate' | 'apply the same file' }
  | { readonly does: 'change rules'; readonly rules: readonly SegmentRule[] }

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant('upsert'), customer, set: attributes }) },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('event'),
      customer,
      name: eventName,
      daysAgo: fc.integer({ min: 0, max: 25 }),
      trusted: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom('clear', 'delete', 'blacklist', 'whitelist', 'optOut'),
      customer,
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('refuseMail'), customer, refuses: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('merge'), customer, into: customer }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('unmerge') }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('wait'), days: fc.integer({ min: 1, max: 15 }) }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('evaluate') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('apply the same file') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('change rules'), rules }) },
) as fc.Arbitrary<Command>

let tested: TestSegments
let now = Date.now()
let merges: string[] = []

beforeAll(async () => {
  tested = await openTestSegments()
})
afterAll(() => tested[Symbol.asyncDispose]())

const email = (name: string) => `${name}@e.example`

async function profileOf(name: string): Promise<string | undefined> {
  const { rows } = await tested.run((connection) =>
    connection.query(
      `select profile_id from identifiers where workspace_id = $1 and kind = 'customer_id' and value = $2`,
      [tested.workspace().id, name],
    ),
  )
  return rows[0]?.profile_id
}

function setRules(wanted: readonly SegmentRule[]): void {
  tested.setRules(Object.fromEntries(wanted.map((one, index) => [`segment-${index}`, one])))
}

/** Each run begins with nobody: events of earlier ones would make every count a large one. */
async function forgetAll(): Promise<void> {
  await tested.run(async (connection) => {
    for (const table of [
      'profiles',
      'identifiers',
      'merged_profiles',
      'profile_merges',
      'recipient_statuses',
      'mail_opt_outs',
      'events',
      'segment_memberships',
      'segment_dues',
    ]) {
      await connection.query(`delete from ${table} where workspace_id = $1`, [tested.workspace().id])
    }
  })
}

async function execute(one: Command): Promise<void> {
  const { id } = tested.workspace()
  switch (one.does) {
    case 'upsert':
      await tested.upsert(one.customer, one.set, {
        email: email(one.customer),
        email_key: email(one.customer),
      })
      return
    case 'clear':
      await tested.upsert(one.customer, {}, { clear: ['count', 'city'] })
      return
    case 'delete':
      await tested.run((connection) => deleteProfiles(connection, id, [{ customer: one.customer }], parts))
      return
    case 'blacklist':
    case 'whitelist':
      await tested.run((connection) =>
        changeRecipientStatuses(connection, id, [
          { customer: one.customer, blacklisted: one.does === 'blacklist' },
        ]),
      )
      return
    case 'optOut':
      await tested.run((connection) =>
        changeRecipientStatuses(connection, id, [
          { customer: one.customer, opt_out: true, channels: ['SMS'] },
        ]),
      )
      return
    case 'refuseMail':
      await tested.run((connection) =>
        setOptOut(connection, tested.workspace(), email(one.customer), one.refuses),
      )
      return
    case 'event':
      await tested.append({
        customer: one.customer,
        name: one.name,
        occurred_at: new Date(Date.now() - one.daysAgo * dayMs).toISOString(),
        trusted: one.trusted,
      })
      return
    case 'merge': {
      const [from, into] = [await profileOf(one.customer), await profileOf(one.into)]
      if (from === undefined || into === undefined) return
      const merge = { from, into, cause: 'operator', keepsData: true } as const
      const merged = await tested.run((connection) =>
        mergeProfiles(connection, tested.workspace(), merge, parts),
      )
      if (merged !== undefined) merges.push(merged)
      return
    }
    case 'unmerge': {
      const merge = merges.pop()
      if (merge !== undefined) {
        await tested.run((connection) => unmergeProfiles(connection, tested.workspace(), merge, parts))
      }
      return
    }
    case 'wait':
      now += one.days * dayMs
      return
    case 'evaluate':
      return await tested.settle(new Date(now))
    case 'apply the same file':
      return setRules(tested.workspace().settings.segments.flatMap(({ where }) => where ?? []))
    case 'change rules':
      return setRules(one.rules)
  }
}

test('after any changes, events, merges, erasures, new rules and waits, members are those of a full evaluation by another program, and nobody is due', async () => {
  await fc.assert(
    fc.asyncProperty(rules, fc.array(command, { minLength: 5, maxLength: 25 }), async (first, commands) => {
      now = Date.now() + 60_000
      merges = []
      await forgetAll()
      setRules(first)
      for (const one of commands) await execute(one)
      const at = new Date(now)
      await tested.settle(at)
      const expected = await tested.run((connection) => modelMembers(connection, tested.workspace(), at))
      for (const [segment, members] of Object.entries(expected)) {
        expect(await tested.members(segment), segment).toEqual(members)
      }
      const { rows } = await tested.run((connection) =>
        connection.query('select distinct segment_id from segment_memberships where workspace_id = $1', [
          tested.workspace().id,
        ]),
      )
      for (const { segment_id } of rows) expect(Object.keys(expected)).toContain(segment_id)
      const due = await tested.run((connection) =>
        connection.query('select from segment_dues where workspace_id = $1 and due_at <= $2', [
          tested.workspace().id,
          at,
        ]),
      )
      expect(due.rowCount).toBe(0)
    }),
    runs(60),
  )
})
