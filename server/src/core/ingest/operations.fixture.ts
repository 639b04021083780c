import fc from 'fast-check'
import type { Operation } from './operation.ts'

/**
 * Operations that meet as often as possible: few people, few addresses in several spellings, few business units.
 * A `profile` that is a number is an index into the profile ids known so far, to be replaced by one.
 */
export type DraftOperation = Operation | (Omit<Operation, 'profile'> & { readonly profile: number })

const customer = fc.constantFrom('a', 'b', 'c', 'd')
const email = fc.constantFrom('x@e', 'y@e', 'z@e', 'X@e')
const unit = fc.constantFrom('DE', '', 'AT', 'de')
const attributes = fc.dictionary(fc.constantFrom('p', 'q', 'r'), fc.nat(9), {
  maxKeys: 2,
  noNullPrototype: true,
})
const cleared = fc.uniqueArray(fc.constantFrom('p', 'q', 'r'), { minLength: 1, maxLength: 2 })

/** v2's writes always have an e-mail, v1's may leave it out. */
const user = fc
  .record(
    { customer, email, unit, set: attributes, clear: cleared, profile: fc.nat(7), result: fc.constant(true) },
    { requiredKeys: ['customer', 'set'] },
  )
  .map((drawn) => upsert(drawn))

const userWithEmail = fc
  .record(
    { customer, email, set: attributes, unit, clear: cleared },
    { requiredKeys: ['customer', 'email', 'set'] },
  )
  .map((drawn) => upsert(drawn))

const lead = fc
  .record({ email, unit, set: attributes, result: fc.constant(true) }, { requiredKeys: ['email', 'set'] })
  .map((drawn) => upsert(drawn))

const deletion = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete'), customer }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete'), profile: fc.nat(7) }) },
)

const person = fc.oneof(
  fc.record({ customer }),
  fc.record({ email_key: fc.constantFrom('x@e', 'y@e', 'z@e'), unit }, { requiredKeys: ['email_key'] }),
)

const status = fc
  .tuple(
    person,
    fc.record(
      {
        opt_out: fc.boolean(),
        channels: fc.uniqueArray(fc.constantFrom('MAIL', 'SMS'), { minLength: 1 }),
        blacklisted: fc.boolean(),
      },
      { requiredKeys: ['channels'] },
    ),
  )
  .map(([who, change]) => ({ kind: 'status', ...who, ...change }))

const event = person.map((who) => ({
  kind: 'event',
  ...who,
  name: 'Visited',
  occurred_at: '2026-01-02T03:04:05Z',
  received_at: new Date().toISOString(),
  source: 'back end',
  data: {},
}))

/** Operations as calls make them, in the proportions that make them meet. */
export const anyOperation = fc.oneof(
  { weight: 6, arbitrary: userWithEmail },
  { weight: 4, arbitrary: user },
  { weight: 2, arbitrary: lead },
  { weight: 2, arbitrary: deletion },
  { weight: 1, arbitrary: status },
  { weight: 1, arbitrary: event },
) as fc.Arbitrary<DraftOperation>

/** Upserts of users alone: what the set statements are for. */
export const anyUserUpsert = fc.oneof(
  { weight: 3, arbitrary: userWithEmail },
  { weight: 1, arbitrary: user },
) as fc.Arbitrary<DraftOperation>

/** A name has a value or is cleared, as a JSON object can say of it only once. */
function upsert(drawn: {
  readonly email?: string
  readonly set: Readonly<Record<string, number>>
  readonly clear?: readonly string[]
}): object {
  const { email, clear = [] } = drawn
  const key = email?.toLowerCase()
  const set = Object.fromEntries(Object.entries(drawn.set).filter(([name]) => !clear.includes(name)))
  return { kind: 'upsert', ...drawn, set, ...(key === email ? {} : { email_key: key }) }
}

/** Profile ids put in place of the drafts' indices; an index beyond them is a stranger's id. */
export function operationOf(draft: DraftOperation, known: readonly string[]): Operation {
  if (!('profile' in draft) || typeof draft.profile !== 'number') return draft as Operation
  const index = draft.profile
  const id = known[index % (known.length + 1)] ?? '00000000-0000-4000-8000-00000000000f'
  return { ...draft, profile: index % 2 === 0 ? id : id.toUpperCase() } as Operation
}
