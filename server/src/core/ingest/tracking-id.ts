import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Where the operations of one request stand in the log. */
export interface TrackedRequest {
  /** Day of acceptance, in days since 1970-01-01 UTC. */
  readonly day: number
  /** 0 with `count` 0: nothing of the request had to be applied. */
  readonly blockId: number
  /** Position of its first operation in the block. */
  readonly start: number
  /** Operations accepted, at most 1,000. */
  readonly count: number
  /** Entries of the request that were refused at once, at most 1,000. */
  readonly refused: number
}

export interface TrackingIds {
  encode(request: TrackedRequest): string
  /** Undefined for what this workspace never gave out. */
  decode(text: string): TrackedRequest | undefined
}

const mostTracked = 1023
const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * Tracking ids of a workspace: no rows, but one AES block under a key of the workspace. The plain text says
 * where the request stands and ends in 28 zero bits; another workspace's key, a guess or a changed digit
 * makes noise of all of it (C33). A request of which nothing had to be applied has no block: a random number
 * stands in its place, so that its id is its own as well (C34).
 */
export function trackingIds(workspaceSecret: Buffer): TrackingIds {
  const key = Buffer.from(hkdfSync('sha256', workspaceSecret, '', 'tracking id', 16))
  // One block at a time needs no chaining, so a cipher can serve for ever.
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  const decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  const plain = Buffer.alloc(16)

  return {
    encode(request) {
      if (request.count > mostTracked || request.refused > mostTracked || request.start > 65_535) {
        throw new RangeError('a tracking id has no room for this request')
      }
      const blockId = request.count === 0 ? randomBytes(6).readUIntBE(0, 6) : request.blockId
      plain.writeUInt16BE(request.day, 0)
      plain.writeUIntBE(blockId, 2, 6)
      plain.writeUInt16BE(request.start, 8)
      // 10 bits of count, 10 of refused, 28 of check make the last 6 bytes.
      plain.writeUIntBE(request.count * 2 ** 38 + request.refused * 2 ** 28, 10, 6)
      return uuidOf(cipher.update(plain))
    },
    decode(text) {
      if (!uuidForm.test(text)) return undefined
      const bytes = decipher.update(Buffer.from(text.replaceAll('-', ''), 'hex'))
      const tail = bytes.readUIntBE(10, 6)
      if (tail % 2 ** 28 !== 0) return undefined
      const count = Math.floor(tail / 2 ** 38)
      return {
        day: bytes.readUInt16BE(0),
        blockId: count === 0 ? 0 : bytes.readUIntBE(2, 6),
        start: bytes.readUInt16BE(8),
        count,
        refused: Math.floor(tail / 2 ** 28) % 1024,
      }
    },
  }
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
