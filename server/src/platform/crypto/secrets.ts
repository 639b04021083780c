import { hash, randomBytes } from 'node:crypto'

/**
 * The form a key's secret is stored and looked up in. Keys are long and random, so a plain hash is enough; being
 * looked up by hash, nothing about a secret can be learnt from how long the look-up takes.
 */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}

/** A new secret of 256 bits, in 43 characters that fit into a header, an URL and a YAML file. */
export function generateSecret(): string {
  return randomBytes(32).toString('base64url')
}
