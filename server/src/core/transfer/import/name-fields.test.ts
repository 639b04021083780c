import { expect, test } from 'vitest'
import { compileAttributeSchema } from '../../profiles/attribute-schema.ts'
import { nameFields } from './name-fields.ts'

const attributes = compileAttributeSchema([
  { id: 1, name: 'firstName', type: 'string' },
  { id: 2, name: 'lifetimeValue', type: 'float' },
])

function named(names: readonly string[], map: Record<string, string> = {}, ignore: readonly string[] = []) {
  const choices = { map: new Map(Object.entries(map)), ignore: new Set(ignore) }
  const result = nameFields(names, choices, attributes)
  return 'fields' in result ? [...result.fields] : result.faults
}

test('names stand for the field they spell, are mapped, or passed over', () => {
  expect(named(['id', 'E-mail', 'Notes'], { 'E-mail': 'email' }, ['Notes'])).toEqual([
    ['id', 'id'],
    ['E-mail', 'email'],
    ['Notes', undefined],
  ])
})

test('all unknown names are told together, each with the field that was probably meant', () => {
  expect(named(['First name', 'lifetimVaule', 'Notes', 'id'])).toEqual([
    '"First name" is no field of the workspace: --map "First name=firstName"',
    '"lifetimVaule" is no field of the workspace: --map "lifetimVaule=lifetimeValue"',
    '"Notes" is no field of the workspace: --ignore "Notes", or --map "Notes=FIELD"',
  ])
})

test('names that are doubled, empty, or stand for one field are refused', () => {
  expect(named(['id', 'id'])).toEqual(['"id" is there twice'])
  expect(named(['id', ''])).toEqual(['column 2 has no name'])
  expect(named(['email', 'mail'], { mail: 'email' })).toEqual(['"email" and "mail" both stand for email'])
})

test('choices that speak of what is not there are refused', () => {
  expect(named(['id'], { Emial: 'email' })).toEqual(['there is no "Emial" to map or to ignore'])
  expect(named(['mail'], { mail: 'emial' })).toEqual([
    '"mail" is mapped to "emial", which is no field; did you mean "email"?',
  ])
})
