import { expect } from 'vitest'
import { describeReply, jsonOf, type Reply } from '../client.ts'

/** One error of section 4, with all of its five names. */
export interface Fault {
  readonly code: string
  readonly title: string
  readonly details: string
  readonly info: string
  readonly source: { readonly pointer: string }
}

const titles = {
  1: 'Invalid JSON',
  2: 'Invalid Field',
  3: 'Invalid Attribute Type',
  4: 'Invalid Email Format',
  5: 'Invalid Phone Format',
  6: 'Unknown Attribute',
  7: 'Identifier Mismatch',
  8: 'Invalid Business Unit Format',
  9: 'Max batch request size violation',
} as const

function fault(code: keyof typeof titles, pointer: string, details: string): Fault {
  const info = `https://docs.crossengage.io/errors#${code}`
  return { code: String(code), title: titles[code], details, info, source: { pointer } }
}

export const invalidJson = fault(1, '', 'Request body is not valid JSON')

/** `field` is the pointer's first name where it is not given; `reason` begins with a colon. */
export function invalidField(pointer: string, field = pointer.slice(1), reason = ''): Fault {
  return fault(2, pointer, `Invalid field value, or missing a required field "${field}"${reason}`)
}

export function wrongType(pointer: string, name: string, type: string): Fault {
  return fault(3, pointer, `Invalid type for attribute "${name}", expected ${type}`)
}

export function badEmail(value: string, pointer = '/email'): Fault {
  const rule = 'The email address must be in the addr-spec format as defined in RFC 5322'
  return fault(4, pointer, `Invalid email "${value}". ${rule}`)
}

export function badPhone(pointer: string, value: string): Fault {
  return fault(5, pointer, `Invalid phone "${value}". The phone number must be in the E.164 format`)
}

export function unknownAttribute(pointer: string, name: string): Fault {
  return fault(6, pointer, `Attribute "${name}" does not exist`)
}

export function badBusinessUnit(value: string, pointer = '/businessUnit'): Fault {
  return fault(8, pointer, `Invalid business unit "${value}"`)
}

export function tooManyUsers(pointer: '/updated' | '/deleted', count: string): Fault {
  return fault(9, pointer, `Max batch request size is 1,000, but was ${count}`)
}

/** An entry that failed while it was applied, as `?details=true` shows it. */
export function mismatch(index: number, pointer: string, details: string) {
  return { index, pointer, code: '7', title: titles[7], details }
}

export function emailTaken(email: string, holder: string, businessUnit?: string): string {
  const where = businessUnit ? ` in business unit "${businessUnit}"` : ''
  return `Email "${email}" already belongs to user "${holder}"${where}`
}

/** A request refused whole: these errors, in any order, and nothing beside them. */
export function expectFaults(reply: Reply, faults: readonly Fault[], status = 400): void {
  expect(reply.status, describeReply(reply)).toBe(status)
  const body = jsonOf(reply) as { errors?: Fault[] }
  expect(Object.keys(body), describeReply(reply)).toEqual(['errors'])
  expect(sorted(body.errors ?? [])).toEqual(sorted(faults))
}

export function sorted(faults: readonly Fault[]): Fault[] {
  return faults.toSorted((a, b) => (a.source.pointer < b.source.pointer ? -1 : 1))
}

/** v1's shape for a request as a whole; its request id is the header's. */
export function expectMessage(reply: Reply, status: number, message: string): void {
  expect(reply.status, describeReply(reply)).toBe(status)
  expect(jsonOf(reply), describeReply(reply)).toEqual({ requestId: reply.headers['x-request-id'], message })
}
