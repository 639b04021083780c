import { createPublicKey, type KeyObject } from 'node:crypto'
import { formatPath } from '../file-fault.ts'
import type { JwtKeys } from '../sections/keys.ts'
import { type Check, refuseRepeats } from './check.ts'

/** Names and secrets (S3), and that a JWT key can do what its algorithm asks (E44). */
export function checkKeys(check: Check): void {
  const { keys, jwtKeys, operators } = check.file
  refuseRepeats(check, keys, 'name')
  refuseRepeats(check, jwtKeys, 'kid')
  refuseRepeats(check, operators, 'login', (login) => login.toLowerCase())
  checkSecrets(check)
  for (const key of jwtKeys) {
    if (!('publicKey' in key)) checkSharedSecret(check, key)
    else {
      const reason = publicKeyReason(key.algorithm, key.publicKey)
      if (reason) check.refuse(key, ['publicKey'], reason)
    }
  }
}

/**
 * A credential selects its workspace, so no two are equal. A secret that signs may sign in several places, but a
 * credential that signs too would be known to whoever verifies.
 */
function checkSecrets(check: Check): void {
  const holders = new Map<string, string>()
  const { keys, jwtKeys, exchange, webhooks } = check.file
  const note = (
    secret: string | undefined,
    owner: object,
    member: string,
    place: string,
    isCredential: boolean,
  ) => {
    if (secret === undefined) return
    const holder = holders.get(secret)
    if (holder)
      check.refuse(owner, [member], `repeats the secret of ${holder}; every credential needs its own`)
    else if (isCredential) holders.set(secret, place)
  }
  for (const key of keys) note(key.secret, key, 'secret', `key "${key.name}"`, true)
  for (const endpoint of exchange.endpoints)
    note(endpoint.key, endpoint, 'key', `endpoint "${endpoint.name}"`, true)
  for (const key of jwtKeys)
    if ('secret' in key) note(key.secret, key, 'secret', formatPath([key.kid]), false)
  for (const webhook of webhooks) note(webhook.secret, webhook, 'secret', webhook.id, false)
}

type SharedSecretKey = Exclude<JwtKeys[number], { publicKey: string }>

function checkSharedSecret(check: Check, key: SharedSecretKey): void {
  // RFC 7518, 3.2: at least as long as the digest.
  const bytesNeeded = Number(key.algorithm.slice(2)) / 8
  if (key.secret !== undefined && Buffer.byteLength(key.secret) < bytesNeeded) {
    check.refuse(key, ['secret'], `must be at least ${bytesNeeded} bytes long for ${key.algorithm}`)
  }
}

const curves: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
}

function publicKeyReason(algorithm: string, pem: string): string | undefined {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return 'holds a private key; give the public one alone'
  const key = publicKeyOf(pem)
  if (!key) return 'must be a public key in PEM (-----BEGIN PUBLIC KEY-----)'
  const curve = curves[algorithm]
  if (curve) {
    const fits = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === curve
    return fits ? undefined : `must be an elliptic curve key (${curve}) for ${algorithm}`
  }
  if (key.asymmetricKeyType !== 'rsa') return `must be an RSA key for ${algorithm}`
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  return bits < 2048 ? 'must be an RSA key of at least 2048 bits' : undefined
}

function publicKeyOf(pem: string): KeyObject | undefined {
  if (!pem.trim().startsWith('-----BEGIN PUBLIC KEY-----')) return undefined
  try {
    return createPublicKey(pem)
  } catch {
    return undefined
  }
}
