import type { RegisteredAttribute } from './attribute-registry.ts'
import type { WorkspaceSettings } from './workspace.ts'

type SegmentRule = NonNullable<WorkspaceSettings['segments'][number]['where']>

/** Why an attribute cannot go: a segment's rule tests it, or it has this child (C59). */
export type AttributeUse =
  | { readonly kind: 'segment'; readonly segment: string }
  | { readonly kind: 'child'; readonly child: RegisteredAttribute }

/** All uses of an attribute; `all` are those of the workspace. */
export function usesOf(
  attribute: RegisteredAttribute,
  all: readonly RegisteredAttribute[],
  settings: Pick<WorkspaceSettings, 'segments'>,
): readonly AttributeUse[] {
  const children = all.filter(({ parent }) => parent?.id === attribute.id)
  // A rule tests whole attributes: one with a child's bare name is another attribute.
  const segments = attribute.parent ? [] : segmentsThatTest(settings, attribute.name)
  return [
    ...segments.map((segment) => ({ kind: 'segment', segment }) as const),
    ...children.map((child) => ({ kind: 'child', child }) as const),
  ]
}

/** The segments whose rule tests the attribute, by id. */
function segmentsThatTest(
  { segments }: Pick<WorkspaceSettings, 'segments'>,
  attribute: string,
): readonly string[] {
  return segments.flatMap(({ id, where }) => (where && tests(where, attribute) ? id : []))
}

function tests(rule: SegmentRule, attribute: string): boolean {
  if ('all' in rule) return rule.all.some((part) => tests(part, attribute))
  if ('any' in rule) return rule.any.some((part) => tests(part, attribute))
  if ('not' in rule) return tests(rule.not, attribute)
  return 'attribute' in rule && rule.attribute === attribute
}
