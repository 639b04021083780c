import { channels } from '../../consents/channels.ts'
import { addressHashKeys } from '../../mail/sealed-address.ts'
import type { SegmentRule } from '../../workspaces/file/sections/segments.ts'
import type { Workspace } from '../../workspaces/workspace.ts'
import { compileAttributeTest, passesWithoutValue } from './compile-attribute-test.ts'
import type { EventCounts } from './event-counts.ts'
import type { Parameters } from './parameters.ts'

/** What the rules of a workspace are compiled with. */
export interface RuleContext {
  readonly workspace: Workspace
  readonly parameters: Parameters
  readonly eventCounts: EventCounts
}

/**
 * The condition of a rule, never null, on a profile `p`, its row `s` of `recipient_statuses` or nulls, and its
 * counts `h` of events.
 *
 * A test of an attribute that is registered no longer is false, whatever it asks. Nobody has a free attribute (G17) or
 * a recorded consent (S24): these have no table, so a test of them says what it says of somebody without.
 */
export function compileRule(rule: SegmentRule, context: RuleContext): string {
  const { workspace, parameters } = context
  if ('all' in rule) return joined(rule.all, 'and', context)
  if ('any' in rule) return joined(rule.any, 'or', context)
  if ('not' in rule) return `(not ${compileRule(rule.not, context)})`
  if ('attribute' in rule) {
    const attribute = workspace.attributeDefinitions.find(({ name }) => name === rule.attribute)
    return attribute ? compileAttributeTest(attribute, rule, parameters) : 'false'
  }
  if ('freeAttribute' in rule) return String(passesWithoutValue(rule))
  if ('event' in rule) {
    const count = context.eventCounts.column(rule)
    const operator = rule.count === '!=' ? '<>' : rule.count
    return `(${count} ${operator} ${parameters.add(rule.value, 'integer')})`
  }
  if ('consent' in rule) return String(rule.is === 'unset')
  if ('optedOut' in rule) {
    const out = rule.optedOut === 'ALL' ? channels : [rule.optedOut]
    return `coalesce(s.opted_out_channels @> ${parameters.add(out, 'text[]')}, false)`
  }
  if ('blacklisted' in rule) return `(coalesce(s.blacklisted, false) = ${rule.blacklisted})`
  return `(${hasOptedOutAddress(context)} = ${rule.addressOptedOut})`
}

function joined(parts: readonly SegmentRule[], operator: 'and' | 'or', context: RuleContext): string {
  return `(${parts.map((part) => compileRule(part, context)).join(` ${operator} `)})`
}

/** `kind || ''`: see `upsertSteps`. */
function hasOptedOutAddress({ workspace, parameters }: RuleContext): string {
  const { inner, outer } = addressHashKeys(workspace.secret)
  const keys = `${parameters.add(inner, 'bytea')}, ${parameters.add(outer, 'bytea')}`
  return `exists (
    select from identifiers i
    join mail_opt_outs o on o.workspace_id = $1 and o.address_hash = mail_opt_out_hash(${keys}, i.value)
    where i.workspace_id = $1 and i.profile_id = p.id and i.kind || '' = 'email'
  )`
}
