import type { Workspace } from '../../core/workspaces/workspace.ts'
import type { CustomerRef, Reach } from './reach.ts'

export type InterfaceName = 'customer' | 'enterprise'

/** A customer interface client: its token, and whom it stands for (L9–L18, L27). */
export interface TokenCaller {
  readonly kind: 'token'
  readonly workspace: Workspace
  readonly tokenId: string
  /** As it was given out: the path must hold the same (L15). */
  readonly token: string
  readonly externalApplicationId: string | null
  readonly loggedIn: CustomerRef | undefined
  /** Customers that this token made in the last 24 hours; none while somebody is logged in (L27). */
  readonly created: readonly CustomerRef[]
}

type OperatorRole = Workspace['settings']['operators'][number]['role']

/** An enterprise interface client: an operator, or a master key (L19–L23). */
export interface OperatorCaller {
  readonly kind: 'operator'
  readonly workspace: Workspace
  readonly role: OperatorRole
  /** Undefined: a master key. */
  readonly login: string | undefined
  /** The bearer it came with; undefined: Basic, or a master key. */
  readonly bearer: string | undefined
}

export type Caller = TokenCaller | OperatorCaller

/** What every handler has of its request, whatever the route reads. */
export interface Call {
  readonly workspace: Workspace
  readonly interface: InterfaceName
  /** Undefined on open calls without a valid credential. */
  readonly caller: Caller | undefined
  readonly reach: Reach
  readonly now: Date
  /** Languages in which names are answered, best first (L52). */
  readonly languages: readonly string[]
  /** The `Accept-Language` as it came, for what we say ourselves. */
  readonly acceptLanguage: string | undefined
  /** The client's network address, for rates. */
  readonly address: string
}

/** The token of a customer interface call; for routes of that interface alone. */
export function tokenOf({ caller }: Call): TokenCaller {
  if (caller?.kind === 'token') return caller
  throw new Error('the route is not of the customer interface alone')
}

/** The operator of an enterprise interface call; for routes of that interface alone. */
export function operatorOf({ caller }: Call): OperatorCaller {
  if (caller?.kind === 'operator') return caller
  throw new Error('the route is not of the enterprise interface alone')
}
