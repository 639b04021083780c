import type { ConsentSource } from '../../core/consents/consents.ts'
import type { ProfileRef } from '../../core/profiles/known-profiles.ts'
import type { Call } from './call.ts'

/** A back end proves, a customer gives their own word (S13). */
export function levelOf({ interface: asked }: Pick<Call, 'interface'>): 'proof' | 'own-word' {
  return asked === 'enterprise' ? 'proof' : 'own-word'
}

/** Who gives or withdraws a consent (L63). */
export function consentSourceOf({ caller }: Call, customer?: ProfileRef): ConsentSource {
  return caller?.kind === 'operator'
    ? { api: 'carecloud', actorKind: 'operator', actor: caller.login ?? null }
    : { api: 'carecloud', actorKind: 'customer', actor: customer?.number ?? null }
}

/** An operator's word is a back end's; what customers send is the public's (README 9). */
export function eventSourceOf({ caller }: Call): 'back end' | 'public' {
  return caller?.kind === 'operator' ? 'back end' : 'public'
}
