import type { WorkspaceSettings } from './workspace.ts'

type SegmentRule = NonNullable<WorkspaceSettings['segments'][number]['where']>

/** The segments whose rule tests the attribute, by id. */
export function segmentsThatTest(settings: WorkspaceSettings, attribute: string): readonly string[] {
  return settings.segments.flatMap((segment) =>
    segment.where !== undefined && tests(segment.where, attribute) ? segment.id : [],
  )
}

function tests(rule: SegmentRule, attribute: string): boolean {
  if ('all' in rule) return rule.all.some((part) => tests(part, attribute))
  if ('any' in rule) return rule.any.some((part) => tests(part, attribute))
  if ('not' in rule) return tests(rule.not, attribute)
  return 'attribute' in rule && rule.attribute === attribute
}
