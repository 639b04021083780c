import { SignJWT } from 'jose'

/** A JWT of the test workspace's key `shop-1`, good for an hour unless said otherwise. */
export async function signJwt(
  claims: Readonly<Record<string, unknown>>,
  options: {
    readonly kid?: string
    readonly algorithm?: string
    readonly secret?: string
    readonly expires?: boolean
  } = {},
): Promise<string> {
  const {
    kid = 'shop-1',
    algorithm = 'HS256',
    secret = '0123456789abcdef0123456789abcdef',
    expires = true,
  } = options
  const lasting = expires && claims.exp === undefined ? { exp: Math.floor(Date.now() / 1000) + 3600 } : {}
  return await new SignJWT({ ...lasting, ...claims })
    .setProtectedHeader({ alg: algorithm, kid })
    .sign(new TextEncoder().encode(secret))
}
