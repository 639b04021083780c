import type { FastifyReply, FastifyRequest } from 'fastify'
import { readPerson } from '../../../core/identity/read-person.ts'
import { retried } from '../../../core/identity/retried.ts'
import { rightsOf } from '../../../core/identity/trust.ts'
import { findPolling, startPollings } from '../../../core/pollings/pollings.ts'
import { codeOfCampaign } from '../../../core/referral/code-of-campaign.ts'
import { type ReferralCampaign, referralCampaigns } from '../../../core/referral/referral-campaign.ts'
import { findShareMailState, shareByMail } from '../../../core/referral/share-by-mail.ts'
import { findShareCode, makeShareCode, type ShareCode } from '../../../core/referral/share-codes.ts'
import { countMailedShares } from '../../../core/referral/shares.ts'
import type { Workspace } from '../../../core/workspaces/workspace.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { tellRefusal } from '../answer-errors.ts'
import { campaignOf } from '../campaign-id.ts'
import { callerOf } from '../consumer.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleDependencies, ExtoleRoutes } from '../extole-api.ts'
import { polling } from '../schemas/pollings.ts'
import { document } from '../schemas/route-document.ts'
import { mailShare } from '../schemas/shares.ts'
import { Id, nullable } from '../schemas/values.ts'
import { settleCaller } from '../settle-caller.ts'
import { isId } from '../unique-id.ts'
import { prepareShare } from './mail-share.ts'
import { checkLinks, readShareRequest, type ShareRequest, type ShareRules } from './read-share-request.ts'

const pollingKind = 'mail share'
const mostMailsADay = 100

/** What a polling keeps; without a share the recipient wanted none. */
interface Result {
  readonly share: string | null
}

const single: ShareRules = { batch: false, mostRecipients: 1, codeRequired: false, messageRequired: false }
const batch: ShareRules = { ...single, batch: true, mostRecipients: 25 }

/** Sharing by mail (E84–E86): accepted at once, sent in its own time, polled. */
export const mailShareRoutes: ExtoleRoutes = (scope, dependencies) => {
  const ways: readonly (readonly [string, ShareRules])[] = [
    ['/v6/email/share', single],
    ['/v6/email/share/batch', batch],
    ['/v6/email/share/advocate-code', { ...single, codeRequired: true }],
    ['/v6/email/share/advocate-code/batch', { ...batch, codeRequired: true }],
    [
      '/v5/email/share/batch',
      { batch: true, mostRecipients: 100, codeRequired: true, messageRequired: true },
    ],
  ]
  for (const [path, rules] of ways) {
    const schema = document({ group: 'Shares', summary: 'Share by mail', ...mailShare(rules) })
    scope.post(path, { schema }, async (request, reply) => {
      const answers = await share(request, reply, dependencies, readShareRequest(request, rules))
      return rules.batch ? answers : answers[0]
    })
  }

  for (const path of [
    '/v6/email/share/status/:polling_id',
    '/v6/email/share/:polling_id',
    '/v6/email/share/batch/status/:polling_id',
    '/v6/email/share/advocate-code/status/:polling_id',
  ]) {
    scope.get(
      path,
      {
        schema: document({
          group: 'Shares',
          summary: 'What became of a share',
          answer: polling({ share_id: nullable(Id) }),
        }),
      },
      async (request) => await findStatus(request, dependencies),
    )
  }
}

async function share(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: ExtoleDependencies,
  wanted: ShareRequest,
) {
  const { workspace } = request
  const { database } = dependencies
  return await retried(() =>
    database.transaction(workspace.id, async (connection) => {
      const standing = await settleCaller(connection, request)
      const { campaign, shareCode } = await codeToShare(connection, request, dependencies, wanted)
      checkLinks(wanted, dependencies.publicUrl(workspace), campaign)
      await checkDailyLimit(connection, request, reply, dependencies, wanted.recipients.length)
      const advocate = await readPerson(connection, workspace, standing)
      const prepared = prepareShare(request, dependencies, wanted, campaign, shareCode.code, advocate)
      const made = await shareByMail(
        connection,
        workspace,
        {
          profileId: standing.profileId,
          bindingId: standing.bindingId,
          campaignId: campaign.id,
          shareCodeNumber: shareCode.number,
          channel: 'EMAIL',
          subject: prepared.subject,
          message: prepared.message,
          data: wanted.data,
        },
        wanted.recipients,
        prepared.compose,
      )
      const results = made.map((number): Result => ({ share: number ?? null }))
      const pollings = await startPollings(connection, workspace.id, standing, { kind: pollingKind, results })
      return wanted.recipients.map((recipient_email, index) => ({
        polling_id: pollings[index] ?? '',
        recipient_email,
      }))
    }),
  )
}

/** The code named, which must be the caller's own, else the caller's of this key, else of the campaign (E85). */
async function codeToShare(
  connection: Connection,
  request: FastifyRequest,
  { clock }: ExtoleDependencies,
  { advocateCode, campaignId, labels, key, preferred }: ShareRequest,
): Promise<{ readonly campaign: ReferralCampaign; readonly shareCode: ShareCode }> {
  const { workspace } = request
  const { standing } = callerOf(request)
  if (advocateCode !== undefined) {
    const shareCode = await findShareCode(connection, workspace.id, advocateCode)
    const campaign = campaignOfCode(workspace, shareCode)
    if (shareCode?.profileId === standing.profileId && campaign) return { campaign, shareCode }
    throw new ExtoleError('ADVOCATE_CODE_NOT_FOUND', { advocate_code: advocateCode.slice(0, 100) })
  }
  const campaign = campaignOf(workspace, { id: campaignId, labels }, clock.now())
  if (!campaign) throw new ExtoleError('person_not_rewardable', { person_id: standing.profileNumber })
  if (key === undefined) {
    const shareCode = await codeOfCampaign(connection, workspace.id, standing, campaign, preferred)
    return { campaign, shareCode }
  }
  const { profileId, bindingId } = standing
  const named = { profileId, bindingId, campaignId: campaign.id, label: campaign.label, key }
  const { shareCode } = await makeShareCode(connection, workspace.id, named, preferred)
  return { campaign: campaignOfCode(workspace, shareCode) ?? campaign, shareCode }
}

function campaignOfCode(
  workspace: Workspace,
  shareCode: ShareCode | undefined,
): ReferralCampaign | undefined {
  return referralCampaigns(workspace).find(({ id }) => id === shareCode?.campaignId)
}

/** E117. Counted from what was sent, so that it holds over all processes and devices. */
async function checkDailyLimit(
  connection: Connection,
  request: FastifyRequest,
  reply: FastifyReply,
  { rateLimit }: ExtoleDependencies,
  more: number,
): Promise<void> {
  if (!rateLimit) return
  const { profileId } = callerOf(request).standing
  const sent = await countMailedShares(connection, request.workspace.id, profileId)
  if (sent + more <= mostMailsADay) return
  reply.header('Retry-After', 3600)
  throw new ExtoleError('too_many_requests')
}

async function findStatus(request: FastifyRequest, { database }: ExtoleDependencies) {
  const { polling_id } = request.params as { polling_id: string }
  const { workspace } = request
  const { standing } = callerOf(request)
  return await database.inWorkspace(workspace.id, async (connection) => {
    const asker = { ...standing, ownOnly: rightsOf(standing).readShares !== 'all' }
    const result = isId(polling_id)
      ? ((await findPolling(connection, workspace.id, asker, { kind: pollingKind, number: polling_id })) as
          | Result
          | undefined)
      : undefined
    if (!result) throw new ExtoleError('invalid_parameter', { parameter: 'polling_id' })
    const state =
      result.share === null ? 'failed' : await findShareMailState(connection, workspace.id, result.share)
    const share_id = result.share
    if (state === 'sent') return { polling_id, share_id, status: 'SUCCEEDED', error: null }
    if (state === 'waiting') return { polling_id, share_id, status: 'PENDING', error: null }
    return {
      polling_id,
      share_id,
      status: 'FAILED',
      error: tellRefusal(request, new ExtoleError('INVALID_RECIPIENT')),
    }
  })
}
