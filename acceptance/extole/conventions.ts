import { expect } from 'vitest'
import { describeReply, type Fields, fieldsOf, jsonOf, type Reply } from '../client.ts'

/** An id: the decimal digits of a positive integer below 2^63, as text (E9). */
export const anId = /^[1-9][0-9]{0,18}$/
/** E10. */
export const aTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
/** E14. */
export const aToken = /^[0-9A-Z]{26}$/

const pages = /^\/web\//
const scripts = /^\/core(-loader)?\.js/
const texts = /\/profile-picture-url\/?($|\?)/

/** What is true of every answer of this API, whatever was asked (E8, E12, E103, E116). */
export function expectConventions(reply: Reply): void {
  const told = describeReply(reply)
  const path = reply.call.path
  expect(reply.headers['x-content-type-options'], `E12: ${told}`).toBe('nosniff')
  if (!scripts.test(path) || reply.status >= 400) {
    expect(reply.headers['cache-control'], `E12: ${told}`).toBe('no-store')
  }
  const isOther = (pages.test(path) || scripts.test(path) || texts.test(path)) && !isJson(reply)
  if (isOther) return
  if (reply.body.length > 0) {
    expect(reply.headers['content-type'], `E8: ${told}`).toBe('application/json; charset=utf-8')
    jsonOf(reply)
  }
  if (reply.status >= 400) expectErrorObject(fieldsOf(reply), reply.status, reply)
  const inHeader = reply.headers['x-extole-error']
  if (inHeader === undefined) return
  expect(reply.status, `E103: ${told}`).toBe(200)
  expect(inHeader, `E103: ${told}`).toMatch(/^[\x20-\x7e]+$/)
  const error = JSON.parse(String(inHeader)) as Fields
  expectErrorObject(error, undefined, reply)
  expect(reply.headers['x-extole-error-message'], `E103: ${told}`).toBe(error.code)
}

/** E116: all five fields, and nothing secret of the request in them. */
export function expectErrorObject(error: Fields, status: number | undefined, reply: Reply): void {
  const told = `E116: ${describeReply(reply)}`
  expect(error, told).toEqual({
    unique_id: expect.stringMatching(anId),
    http_status_code: status ?? expect.any(Number),
    code: expect.stringMatching(/^[A-Za-z_]+$/),
    message: expect.stringMatching(/\S/),
    parameters: expect.any(Object),
  })
  for (const [name, value] of Object.entries(error.parameters as Fields)) {
    expect(value, `${told}, ${name}`).toBeTypeOf('string')
  }
  const credential = String(reply.call.headers?.Authorization ?? '')
    .split(' ')
    .at(-1)
  if (credential && credential.length >= 8) expect(JSON.stringify(error), told).not.toContain(credential)
}

function isJson(reply: Reply): boolean {
  return String(reply.headers['content-type'] ?? '').startsWith('application/json')
}

/** The JSON of an answer that is a success. */
export function okOf(reply: Reply): Fields {
  expect(reply.status, describeReply(reply)).toBe(200)
  expect(reply.headers['x-extole-error'], describeReply(reply)).toBeUndefined()
  return fieldsOf(reply)
}

/** The JSON of a list that is a success. */
export function listOf(reply: Reply): readonly Fields[] {
  expect(reply.status, describeReply(reply)).toBe(200)
  const body = jsonOf(reply)
  expect(Array.isArray(body), describeReply(reply)).toBe(true)
  return body as Fields[]
}

/** A refusal with its status and code (E116), and all of its parameters where they are given. */
export function expectError(reply: Reply, status: number, code: string, parameters?: Fields): void {
  expect(reply.status, describeReply(reply)).toBe(status)
  const error = fieldsOf(reply)
  expect(error.code, describeReply(reply)).toBe(code)
  if (parameters) expect(error.parameters, describeReply(reply)).toEqual(parameters)
}

/** A refusal of a web event or web zone: 200, and the error in the headers (E103). */
export function expectWebError(reply: Reply, code: string, parameters?: Fields): void {
  expect(reply.status, describeReply(reply)).toBe(200)
  expect(reply.headers['x-extole-error-message'], describeReply(reply)).toBe(code)
  const error = JSON.parse(String(reply.headers['x-extole-error'])) as Fields
  if (parameters) expect(error.parameters, describeReply(reply)).toEqual(parameters)
}
