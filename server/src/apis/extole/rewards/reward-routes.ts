import type { FastifyRequest } from 'fastify'
import { hasConsumed } from '../../../core/events/event-consumer.ts'
import { findEvent } from '../../../core/events/read-events.ts'
import { rightsOf } from '../../../core/identity/trust.ts'
import { referralConsumerName } from '../../../core/referral/referral-consumer.ts'
import type { Grant } from '../../../core/rewards/grant.ts'
import { type GrantFilter, readGrants } from '../../../core/rewards/read-grants.ts'
import type { Connection } from '../../../platform/postgres/database.ts'
import { callerOf } from '../consumer.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleRoutes } from '../extole-api.ts'
import { queryText } from '../find-token.ts'
import { Reward, RewardStatus, Rewards, rewardFilters } from '../schemas/rewards.ts'
import { document } from '../schemas/route-document.ts'
import { isId } from '../unique-id.ts'
import { presentReward } from './present-reward.ts'

/** What the caller was granted (E104–E108). */
export const rewardRoutes: ExtoleRoutes = (scope, { database }) => {
  scope.get(
    '/v4/me/rewards',
    {
      schema: document({ group: 'Rewards', summary: "The caller's rewards, oldest first", answer: Rewards }),
    },
    async (request) => {
      const grants = await database.inWorkspace(request.workspace.id, (connection) =>
        readOwn(connection, request, {}),
      )
      return grants.map((grant) => presentReward(request.workspace, grant))
    },
  )

  scope.get(
    '/v4/me/rewards/status',
    {
      schema: document({
        group: 'Rewards',
        summary: 'The reward that an event caused',
        description: 'Exactly one parameter is given.',
        query: rewardFilters,
        answer: RewardStatus,
      }),
    },
    async (request) => {
      const status = await database.inWorkspace(request.workspace.id, (connection) =>
        findStatus(connection, request),
      )
      const { grant } = status
      return {
        reward: grant ? presentReward(request.workspace, grant) : null,
        status: status.status,
        quality_results: [],
      }
    },
  )

  scope.get(
    '/v4/me/rewards/:reward_id',
    { schema: document({ group: 'Rewards', summary: "One of the caller's rewards", answer: Reward }) },
    async (request) => {
      const { reward_id: number } = request.params as { reward_id: string }
      const [grant] = isId(number)
        ? await database.inWorkspace(request.workspace.id, (connection) =>
            readOwn(connection, request, { number }),
          )
        : []
      if (!grant) throw new ExtoleError('invalid_reward_id', { reward_id: number.slice(0, 100) })
      return presentReward(request.workspace, grant)
    },
  )
}

/** The caller's grants as far as its token may see them (extole 3). */
async function readOwn(
  connection: Connection,
  request: FastifyRequest,
  filter: Omit<GrantFilter, 'profileId' | 'bindingId'>,
): Promise<readonly Grant[]> {
  const { standing } = callerOf(request)
  const extent = rightsOf(standing).readRewards
  if (extent === 'none') return []
  const own = extent === 'own' ? { bindingId: standing.bindingId } : {}
  return await readGrants(connection, request.workspace.id, {
    profileId: standing.profileId,
    ...own,
    ...filter,
  })
}

type Status =
  | { readonly status: 'SUCCEEDED'; readonly grant: Grant }
  | { readonly status: 'PENDING' | 'FAILED'; readonly grant?: never }

/** E107: by event it ends, for good or not; by name or partner event id it may still come. */
async function findStatus(connection: Connection, request: FastifyRequest): Promise<Status> {
  const event = given(request, 'polling_id')
  const name = given(request, 'reward_name')
  const reference = given(request, 'partner_event_id')
  if ([event, name, reference].filter((value) => value !== undefined).length !== 1) {
    throw new ExtoleError('invalid_reward_filter')
  }
  if (event !== undefined) return await statusOfEvent(connection, request, event)
  const grants = await readOwn(connection, request, {
    ...(name !== undefined && { rewardId: name }),
    ...(reference !== undefined && { eventReference: reference }),
  })
  const newest = grants.at(-1)
  return newest ? { status: 'SUCCEEDED', grant: newest } : { status: 'PENDING' }
}

async function statusOfEvent(
  connection: Connection,
  request: FastifyRequest,
  number: string,
): Promise<Status> {
  const { workspace } = request
  const { standing } = callerOf(request)
  const found = isId(number) ? await findEvent(connection, workspace.id, number) : undefined
  const mayAsk =
    found &&
    found.profileId === standing.profileId &&
    (standing.trust === 'verified' || found.bindingId === standing.bindingId)
  if (!mayAsk) throw new ExtoleError('invalid_parameter', { parameter: 'polling_id' })
  // Asked before the grants are read: what the consumer did is visible once its place is.
  const isDone = await hasConsumed(connection, workspace.id, referralConsumerName, found.place)
  const [grant] = await readOwn(connection, request, { eventNumber: number })
  if (grant) return { status: 'SUCCEEDED', grant }
  return { status: isDone ? 'FAILED' : 'PENDING' }
}

function given(request: FastifyRequest, name: string): string | undefined {
  const text = queryText(request, name)
  return text === undefined || text.trim() === '' ? undefined : text
}
