import { randomBytes } from 'node:crypto'
import { loginKey } from '../workspaces/operator-credentials.ts'
import type { Workspace, WorkspaceSettings } from '../workspaces/workspace.ts'

/** Somebody who operates a workspace, as its file has them. */
export type Operator = WorkspaceSettings['operators'][number]

/** The operator of a login, in any case; undefined: the file has none. */
export function operatorNamed({ settings }: Workspace, login: string): Operator | undefined {
  return settings.operators.find((operator) => loginKey(operator.login) === loginKey(login))
}

/** A new bearer: 40 hexadecimal digits (L19). */
export function generateBearer(): string {
  return randomBytes(20).toString('hex')
}

export function isBearerShaped(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text)
}
