import type { ExplainedMerge, MergedIdentifier } from './explain-merge.ts'
import type { MergedProfile } from './list-merges.ts'

/** Words for the causes of a merge. */
export const causesOfMerges = {
  identified: 'an anonymous profile turned out to be this one',
  operator: 'an operator said that both are one person',
} as const satisfies Record<ExplainedMerge['cause'], string>

/** What a merge did, one sentence part a line: "12 events", "e-mail ann@example.com (proof)". */
export function describeMerge(merge: ExplainedMerge): readonly string[] {
  const { moved, identifiers, filledAttributes, movedRecipientStatus, olderMerges } = merge
  return [
    ...identifiers.filter((one) => one.moved).map(describeIdentifier),
    ...identifiers.filter((one) => !one.moved).map((one) => `${describeIdentifier(one)} became free`),
    ...moved.map(({ part, count }) => `${count} ${nounOf(part, count)}`),
    ...(filledAttributes.length > 0
      ? [`${plural('attribute', filledAttributes.length)} ${filledAttributes.join(', ')}`]
      : []),
    ...(movedRecipientStatus ? ['opt-outs and blacklist mark'] : []),
    ...(olderMerges > 0 ? [`${olderMerges} older ${plural('merge', olderMerges)}`] : []),
  ]
}

/** A profile in a few words: customer id, else e-mail, else nothing but its number. */
export function describeMergedProfile({ id, number, customerId, email }: MergedProfile): string {
  const names = [customerId === null ? [] : `customer ${customerId}`, email ?? []].flat()
  return [number ?? id, ...names].join(', ')
}

function describeIdentifier({ kind, value, level }: MergedIdentifier): string {
  return `${kind === 'email' ? 'e-mail' : kind.replaceAll('_', ' ')} ${value} (${level.replace('-', ' ')})`
}

/** `share_codes` are "share codes", and one of them a "share code"; `attributions.friend_id` "attributions (friend)". */
function nounOf(part: string, count: number): string {
  const [table = '', column] = part.split('.')
  const noun = table.replaceAll('_', ' ')
  const words = count === 1 ? noun.replace(/s$/, '') : noun
  return column === undefined ? words : `${words} (${column.replace(/_id$/, '')})`
}

function plural(noun: string, count: number): string {
  return count === 1 ? noun : `${noun}s`
}
