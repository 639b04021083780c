import { hash, timingSafeEqual } from 'node:crypto'
import { decrypt } from '../../platform/crypto/encrypt.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { legacyPurpose, loginKey } from '../workspaces/operator-credentials.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { type Operator, operatorNamed } from './operator.ts'

const hourMs = 3_600_000

/**
 * The operator whom a password of the hour stands for: `hex(sha256(hex(md5(password)) + "YYYYMMDDHH"))`, UTC, of this
 * hour or of one next to it (L21). Undefined: wrong, or the workspace takes none.
 */
export async function operatorOfLegacyBasic(
  database: Database,
  workspace: Workspace,
  given: { readonly login: string; readonly proof: string },
  now: Date,
): Promise<Operator | undefined> {
  if (!workspace.settings.carecloud.legacyBasic || !/^[0-9a-f]{64}$/.test(given.proof)) return undefined
  // Asked for a login that there is not, too: it takes as long, so that nobody learns who operates.
  const encrypted = await readMaterial(database, workspace.id, given.login)
  const operator = operatorNamed(workspace, given.login)
  if (!encrypted || !operator) return undefined
  const material = decrypt(encrypted, workspace.secret, legacyPurpose(given.login))
  const proof = Buffer.from(given.proof, 'hex')
  const hours = [-1, 0, 1].map((step) => new Date(now.getTime() + step * hourMs))
  const isRight = hours.some((hour) => timingSafeEqual(proof, proofOf(material, hour)))
  return isRight ? operator : undefined
}

function proofOf(material: string, hour: Date): Buffer {
  const stamp = hour.toISOString().slice(0, 13).replace(/\D/g, '')
  return hash('sha256', material + stamp, 'buffer')
}

async function readMaterial(
  database: Database,
  workspaceId: number,
  login: string,
): Promise<Buffer | null | undefined> {
  return await database.inWorkspace(workspaceId, async (connection) => {
    const { rows } = await connection.query<{ legacy_material: Buffer | null }>({
      name: 'find-legacy-material',
      text: 'select legacy_material from operator_credentials where workspace_id = $1 and login = $2',
      values: [workspaceId, loginKey(login)],
    })
    return rows[0]?.legacy_material
  })
}
