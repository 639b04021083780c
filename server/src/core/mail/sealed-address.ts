import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'

const nonceBytes = 12
const tagBytes = 16

/**
 * An address as our links carry it: unreadable in logs and histories, and made by nobody who does not know the
 * workspace's secret (E124).
 */
export function sealAddress(secret: Buffer, address: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce)
  const sealed = Buffer.concat([cipher.update(address, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')
}

/** The address; undefined for what this workspace did not seal. */
export function openSealedAddress(secret: Buffer, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  // Decoding passes over what is not base64url, so a forged value could stand for a true one.
  if (bytes.length <= nonceBytes + tagBytes || bytes.toString('base64url') !== sealed) return undefined
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, nonceBytes))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    const body = bytes.subarray(nonceBytes, -tagBytes)
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

/** What is kept of an address that is not to be known, but recognised (S20). */
export function hashAddress(secret: Buffer, addressKey: string): Buffer {
  return createHmac('sha256', secret).update(`mail opt-out ${addressKey}`).digest()
}

const hmacBlockBytes = 64

/** What the function `mail_opt_out_hash` of the database needs for the same hash: HMAC's two pads (RFC 2104). */
export function addressHashKeys(secret: Buffer): { readonly inner: Buffer; readonly outer: Buffer } {
  const key = secret.length > hmacBlockBytes ? createHash('sha256').update(secret).digest() : secret
  const block = Buffer.concat([key, Buffer.alloc(hmacBlockBytes - key.length)])
  const padded = (byte: number) => Buffer.from(block.map((one) => one ^ byte))
  return { inner: padded(0x36), outer: padded(0x5c) }
}

function keyOf(secret: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'sealed mail address', 32))
}
