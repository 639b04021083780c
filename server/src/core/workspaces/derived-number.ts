import { createHmac } from 'node:crypto'
import type { Workspace } from './workspace.ts'

const lowest = 10n ** 15n
const span = 2n ** 63n - lowest

/** A number of 16 to 19 digits for what has only a name: nobody computes it without the workspace's secret (S8). */
export function derivedNumber(workspace: Workspace, name: string): string {
  const digest = createHmac('sha256', workspace.secret).update(name).digest()
  return String(lowest + (digest.readBigUInt64BE() % span))
}
