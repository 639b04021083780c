import { importPKCS8, SignJWT } from 'jose'
import type { Fields } from '../client.ts'
import { jwtKeys } from './jwt-keys.ts'

const hourSeconds = 3600

/** Seconds since 1970, as claims have them. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds
}

/**
 * A JWT as acme's login signs it: good for an hour unless `claims` say otherwise; a claim that is undefined is left out.
 * `header` goes over the header, `secret` over an HMAC key's.
 */
export async function signJwt(
  claims: Fields,
  options: {
    readonly kid?: keyof typeof jwtKeys
    readonly header?: Fields
    readonly secret?: string
  } = {},
): Promise<string> {
  const { kid = 'shop-1', header = {}, secret } = options
  const { algorithm, key } = jwtKeys[kid]
  const signer = algorithm.startsWith('HS')
    ? new TextEncoder().encode(secret ?? key)
    : await importPKCS8(key, algorithm)
  return await new SignJWT({ exp: inSeconds(hourSeconds), ...claims })
    .setProtectedHeader({ alg: algorithm, kid, ...header })
    .sign(signer)
}
