import { type Call, type TokenCaller, tokenOf } from '../call.ts'
import { forbidden } from '../errors/carecloud-error.ts'

/** The calling token, which must be the one of the path (L15). */
export function ownToken(call: Call & { readonly params: { readonly token_id: string } }): TokenCaller {
  const caller = tokenOf(call)
  if (call.params.token_id === caller.token) return caller
  throw forbidden('The token of the path is not the one of the credential')
}
