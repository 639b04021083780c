import type { Connection } from '../../../platform/postgres/database.ts'
import { hashAddress } from '../../mail/sealed-address.ts'
import type { SegmentRule } from '../../workspaces/file/sections/segments.ts'
import type { Workspace } from '../../workspaces/workspace.ts'

/** Everything that rules ask of one profile. */
interface Subject {
  readonly id: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly optedOut: readonly string[]
  readonly blacklisted: boolean
  readonly addressOptedOut: boolean
  readonly events: readonly { readonly name: string; readonly countedMs: number }[]
}

const dayMs = 86_400_000
const channelCount = 9

/** Who is in which segment, as a reader of the contract would say it who knows nothing of SQL: segment id → profiles. */
export async function modelMembers(
  connection: Connection,
  workspace: Workspace,
  now: Date,
): Promise<Record<string, readonly string[]>> {
  const subjects = await readSubjects(connection, workspace)
  return Object.fromEntries(
    workspace.settings.segments.flatMap(({ id, where }) =>
      where
        ? [
            [
              id,
              subjects
                .filter((subject) => holds(where, subject, workspace, now.getTime()))
                .map((subject) => subject.id)
                .toSorted(),
            ],
          ]
        : [],
    ),
  )
}

function holds(rule: SegmentRule, subject: Subject, workspace: Workspace, nowMs: number): boolean {
  const again = (part: SegmentRule) => holds(part, subject, workspace, nowMs)
  if ('all' in rule) return rule.all.every(again)
  if ('any' in rule) return rule.any.some(again)
  if ('not' in rule) return !again(rule.not)
  if ('event' in rule) {
    const fromMs = rule.withinDays === undefined ? Number.NEGATIVE_INFINITY : nowMs - rule.withinDays * dayMs
    const count = subject.events.filter(
      ({ name, countedMs }) => name === rule.event && countedMs > fromMs,
    ).length
    return ordered(Math.sign(count - rule.value), rule.count)
  }
  if ('consent' in rule) return rule.is === 'unset'
  if ('optedOut' in rule) {
    return rule.optedOut === 'ALL'
      ? subject.optedOut.length === channelCount
      : subject.optedOut.includes(rule.optedOut)
  }
  if ('blacklisted' in rule) return subject.blacklisted === rule.blacklisted
  if ('addressOptedOut' in rule) return subject.addressOptedOut === rule.addressOptedOut
  if ('freeAttribute' in rule) return passes(undefined, rule.is, rule.value, false)
  const definition = workspace.attributeDefinitions.find(({ name }) => name === rule.attribute)
  if (!definition) return false
  const isTime = definition.type === 'datetime' || definition.items === 'datetime'
  return passes(subject.attributes[rule.attribute], rule.is, rule.value, isTime)
}

function passes(stored: unknown, is: string, wanted: unknown, isTime: boolean): boolean {
  const read = (value: unknown) => (isTime && typeof value === 'string' ? Date.parse(value) : value)
  const value = read(stored)
  if (is === 'exists') return (stored !== undefined) === wanted
  if (is === 'in') return Array.isArray(wanted) && wanted.some((one) => read(one) === value)
  if (is === '=') return value === read(wanted)
  if (is === '!=') return value !== read(wanted)
  if (is === 'contains') {
    if (Array.isArray(stored)) return stored.some((element) => read(element) === read(wanted))
    return typeof stored === 'string' && stored.includes(String(wanted))
  }
  const [left, right] = [value, read(wanted)]
  return typeof left === 'number' && typeof right === 'number' && ordered(Math.sign(left - right), is)
}

function ordered(sign: number, operator: string): boolean {
  switch (operator) {
    case '=':
      return sign === 0
    case '!=':
      return sign !== 0
    case '>':
      return sign > 0
    case '>=':
      return sign >= 0
    case '<':
      return sign < 0
    default:
      return sign <= 0
  }
}

/** The tables as they are, joined here. */
async function readSubjects(connection: Connection, { id, secret }: Workspace): Promise<readonly Subject[]> {
  const all = async (table: string) =>
    (await connection.query(`select * from ${table} where workspace_id = $1`, [id])).rows
  const identifiers = await all('identifiers')
  const statuses = await all('recipient_statuses')
  const events = await all('events')
  const optOuts = (await all('mail_opt_outs')).map(({ address_hash }) => address_hash.toString('hex'))
  const known = new Set(
    identifiers
      .filter(({ kind }) => kind !== 'anonymous_id' && kind !== 'cookie_id')
      .map(({ profile_id }) => profile_id),
  )
  return (await all('profiles'))
    .filter((profile) => known.has(profile.id))
    .map((profile) => {
      const own = identifiers.filter(({ profile_id }) => profile_id === profile.id)
      const status = statuses.find(({ profile_id }) => profile_id === profile.id)
      const isOwn = (event: (typeof events)[number]) =>
        event.profile_id === null
          ? own.some(({ kind, value }) => kind === event.identifier_kind && value === event.identifier_value)
          : event.profile_id === profile.id
      return {
        id: profile.id,
        attributes: profile.attributes,
        optedOut: status?.opted_out_channels ?? [],
        blacklisted: status?.blacklisted ?? false,
        addressOptedOut: own.some(
          ({ kind, value }) =>
            kind === 'email' && optOuts.includes(hashAddress(secret, value).toString('hex')),
        ),
        events: events
          .filter((event) => event.trusted && isOwn(event))
          .map(({ name, counted_at }) => ({ name, countedMs: counted_at.getTime() })),
      }
    })
}
