import { expect, test } from 'vitest'
import type { RegisteredAttribute } from './attribute-registry.ts'
import { usesOf } from './attribute-usages.ts'
import type { WorkspaceSettings } from './workspace.ts'

const age = named(1, 'age')
const children = named(2, 'children')
const ageOfChild = { ...named(3, 'age'), parent: { id: 2, name: 'children' } }
const all = [age, children, ageOfChild]

const tested = { attribute: 'age', is: '>=', value: 18 } as const
const name = 'a name'

function named(id: number, attribute: string): RegisteredAttribute {
  return { id, name: attribute, type: 'integer', items: undefined, parent: undefined }
}

function segments(...rules: object[]): Pick<WorkspaceSettings, 'segments'> {
  const list = rules.map((where, index) => ({ id: `s${index}`, name, list: false, where }))
  return { segments: list as unknown as WorkspaceSettings['segments'] }
}

test('C59: each segment whose rule tests the attribute, however deep, is a use of it', () => {
  const settings = segments(
    tested,
    { all: [{ any: [{ not: tested }] }] },
    { attribute: 'other', is: 'exists', value: true },
  )
  expect(usesOf(age, all, settings)).toEqual([
    { kind: 'segment', segment: 's0' },
    { kind: 'segment', segment: 's1' },
  ])
})

test('C59: each child is a use of its parent, and a rule about its bare name is none of the child', () => {
  expect(usesOf(children, all, segments(tested))).toEqual([{ kind: 'child', child: ageOfChild }])
  expect(usesOf(ageOfChild, all, segments(tested))).toEqual([])
})
