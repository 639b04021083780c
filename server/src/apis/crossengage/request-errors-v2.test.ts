import { describe, expect, test } from 'vitest'
import { processingFailed } from './error-v2.ts'
import { emailTaken, xngIdMismatch } from './outcome-errors-v2.ts'
import {
  batchTooLarge,
  bodyNotObject,
  bodyTooLarge,
  entryNotObject,
  invalidIdempotencyKey,
  invalidJson,
  invalidVersion,
  notAnArray,
  reusedIdempotencyKey,
  unknownBatchName,
} from './request-errors-v2.ts'

const invalidField = 'Invalid field value, or missing a required field'

describe('faults of a request and outcomes of a change have the texts of section 4', () => {
  test.each([
    [invalidJson(), '1', 'Request body is not valid JSON', ''],
    [bodyNotObject(), '2', `${invalidField} "body"`, ''],
    [notAnArray('updated'), '2', `${invalidField} "updated"`, '/updated'],
    [entryNotObject('updated', 3), '2', `${invalidField} "updated"`, '/updated/3'],
    [entryNotObject('deleted', 0), '2', `${invalidField} "deleted"`, '/deleted/0'],
    [unknownBatchName('update'), '2', `${invalidField} "update"`, '/update'],
    [unknownBatchName('a/b'), '2', `${invalidField} "a/b"`, '/a~1b'],
    [invalidVersion(), '2', `${invalidField} "X-XNG-ApiVersion"`, ''],
    [invalidIdempotencyKey(), '2', `${invalidField} "Idempotency-Key"`, ''],
    [reusedIdempotencyKey(), '2', `${invalidField} "Idempotency-Key": already used with another request`, ''],
    [bodyTooLarge(33_554_432), '2', `${invalidField} "body": larger than 33,554,432 bytes`, ''],
    [
      emailTaken({ email: 'a@example.com', customerId: '1', businessUnit: null }),
      '7',
      'Email "a@example.com" already belongs to user "1"',
      '/email',
    ],
    [
      emailTaken({ email: 'a@example.com', customerId: '1', businessUnit: 'DE' }, '/updated/1'),
      '7',
      'Email "a@example.com" already belongs to user "1" in business unit "DE"',
      '/updated/1/email',
    ],
    [
      xngIdMismatch({ sent: 'x', customerId: '1' }, '/updated/0'),
      '7',
      'xngId "x" is not the xngId of user "1"',
      '/updated/0/xngId',
    ],
    [processingFailed('/deleted/0'), '10', 'Request processing failed, please contact support', '/deleted/0'],
  ])('%j', (error, code, details, pointer) => {
    expect(error).toMatchObject({
      code,
      details,
      info: `https://docs.crossengage.io/errors#${code}`,
      source: { pointer },
    })
  })

  test.each([
    [invalidJson(), 'Invalid JSON'],
    [emailTaken({ email: '', customerId: '', businessUnit: '' }), 'Identifier Mismatch'],
    [batchTooLarge(5_000, 0), 'Max batch request size violation'],
    [processingFailed(''), 'Request processing failed, please contact support'],
  ])('titles: %#', (error, title) => expect(error?.title).toBe(title))
})

describe('a batch holds 1,000 users over both arrays (C25)', () => {
  test.each([
    [0, 0],
    [1_000, 0],
    [500, 500],
    [0, 1_000],
  ])('%i updated and %i deleted are taken', (updated, deleted) =>
    expect(batchTooLarge(updated, deleted)).toBeUndefined(),
  )

  test.each([
    [5_000, 0, '5,000', '/updated'],
    [600, 401, '1,001', '/updated'],
    [1_001, 1_001, '2,002', '/updated'],
    [1_000, 1_001, '2,001', '/deleted'],
    [0, 1_234_567, '1,234,567', '/deleted'],
  ])('%i updated and %i deleted are not', (updated, deleted, was, pointer) =>
    expect(batchTooLarge(updated, deleted)).toMatchObject({
      code: '9',
      details: `Max batch request size is 1,000, but was ${was}`,
      source: { pointer },
    }),
  )
})
