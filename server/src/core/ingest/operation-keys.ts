import type { Operation } from './operation.ts'

/**
 * Which profiles an operation may touch, as hashes of the identifiers it names; undefined: any (a lead, a
 * profile id and an e-mail alone may name a profile that other operations name by customer id).
 *
 * Two operations without a common hash can be applied in any order, or at once. Equal hashes of different
 * identifiers only cost that freedom, so 32 bits are enough.
 */
export function operationKeys(workspaceId: number, operation: Operation): readonly number[] | undefined {
  if (operation.customer === undefined) return undefined
  const customer = hash(workspaceId, 'c', operation.customer)
  if (operation.kind !== 'upsert') return [customer]
  const emailKey = operation.email_key ?? operation.email
  return emailKey === undefined ? [customer] : [customer, hash(workspaceId, 'e', emailKey)]
}

/**
 * Whether an operation is an upsert of a user that names every identifier it takes: what the set statement takes
 * without a look inside. One that moves a user to another business unit without naming its e-mail takes that along.
 */
export function isPlain(operation: Operation): boolean {
  if (operation.kind !== 'upsert' || operation.customer === undefined) return false
  return operation.email !== undefined || operation.unit === undefined
}

export function encodeKeys(keys: readonly number[]): Buffer {
  return Buffer.from(Int32Array.from(keys).buffer)
}

export function decodeKeys(bytes: Buffer): Int32Array {
  // The driver's buffers are slices at any offset; an Int32Array needs one that is aligned.
  return new Int32Array(Uint8Array.from(bytes).buffer)
}

/** FNV-1a over UTF-16 code units. */
function hash(seed: number, kind: string, text: string): number {
  let value = (2_166_136_261 ^ seed) | 0
  value = Math.imul(value ^ kind.charCodeAt(0), 16_777_619)
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16_777_619)
  return value
}
