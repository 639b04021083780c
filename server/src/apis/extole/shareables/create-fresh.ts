import type { FastifyRequest } from 'fastify'
import { type CodeFault, codeKey, findCodeFault } from '../../../core/referral/share-code-rules.ts'
import { findShareCode, insertShareCode, readShareCodes } from '../../../core/referral/share-codes.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { type ErrorCode, ExtoleError } from '../errors.ts'
import { keyTaken, makeOwn, wantedShareCode } from './own-shareables.ts'
import type { ShareableInput } from './read-shareable.ts'

const codeErrors = {
  'out-of-range': 'code_out_of_range',
  'illegal-character': 'code_illegal_character',
  'reserved-word': 'code_contains_reserved_word',
  'profane-word': 'code_profane_word',
} as const satisfies Record<CodeFault, ErrorCode>

/** Creation by polling (E71): a label is required, a code that somebody has is refused, and so is a key of one's own. */
export async function createFresh(
  connection: Connection,
  request: FastifyRequest,
  input: ShareableInput,
  now: Date,
): Promise<string> {
  const { label, code } = input
  if (label === undefined) throw new ExtoleError('label_is_missing')
  if (code === undefined) {
    const made = await makeOwn(connection, request, input, now)
    if (made.existing) throw keyTaken(made.shareCode.key)
    return made.shareCode.code
  }
  const fault = findCodeFault(code)
  if (fault) throw new ExtoleError(codeErrors[fault], { code: code.slice(0, 100) })
  const holder = await findShareCode(connection, request.workspace.id, code)
  if (holder) throw new ExtoleError('code_taken', { code })
  const wanted = wantedShareCode(request, input, now)
  const made = await insertShareCode(connection, request.workspace.id, wanted, code)
  if (made === 'code-taken') throw new ExtoleError('code_taken', { code })
  if (!made.existing) return made.shareCode.code
  const own = await readShareCodes(connection, request.workspace.id, { profileId: wanted.profileId })
  const isOwnCode = own.some((candidate) => codeKey(candidate.code) === codeKey(code))
  throw isOwnCode ? new ExtoleError('code_taken', { code }) : keyTaken(wanted.key)
}
