import type { FastifyRequest } from 'fastify'
import { readPublicPeople } from '../../../core/identity/read-person.ts'
import { type Extent, rightsOf } from '../../../core/identity/trust.ts'
import { type Referral, readReferrals } from '../../../core/referral/read-referrals.ts'
import { campaignNumber } from '../campaign-id.ts'
import { callerOf } from '../consumer.ts'
import type { ExtoleDependencies, ExtoleRoutes } from '../extole-api.ts'
import { presentPublicPerson } from '../me/present-person.ts'
import { AssociatedReferrals, Friends, Referrals } from '../schemas/rewards.ts'
import { document } from '../schemas/route-document.ts'

type Person = ReturnType<typeof presentPublicPerson>
type Named = Referral & { readonly person: Person }

/** Who referred the caller, and whom the caller referred (E90, E91). */
export const friendRoutes: ExtoleRoutes = (scope, dependencies) => {
  const lists = [
    ['/v4/me/referrals-to-me', 'friend', presentReferral, Referrals],
    ['/v4/me/advocates', 'friend', presentReferral, Referrals],
    ['/v4/me/associated-advocates', 'friend', presentAssociated, AssociatedReferrals],
    ['/v4/me/referrals-from-me', 'advocate', presentReferral, Referrals],
    ['/v4/me/associated-friends', 'advocate', presentAssociated, AssociatedReferrals],
  ] as const
  for (const [path, side, present, answer] of lists) {
    const summary = side === 'friend' ? 'Who referred the caller' : 'Whom the caller referred'
    scope.get(path, { schema: document({ group: 'Referral', summary, answer }) }, async (request) =>
      (await readNamed(dependencies, request, side)).map(present),
    )
  }

  scope.get(
    '/v4/me/friends',
    {
      schema: document({
        group: 'Referral',
        summary: "The caller's friends and their steps",
        answer: Friends,
      }),
    },
    async (request) =>
      (await readNamed(dependencies, request, 'advocate')).map(({ person, ...referral }) => ({
        id: person.id,
        first_name: person.first_name,
        image_url: person.image_url,
        events: [
          {
            campaign_id: campaignNumber(request.workspace, referral.campaignId),
            event_date: referral.updatedAt.toISOString(),
            step_name: reasonOf(referral),
            email: null,
          },
        ],
      })),
  )
}

async function readNamed(
  { database }: ExtoleDependencies,
  request: FastifyRequest,
  side: 'friend' | 'advocate',
): Promise<readonly Named[]> {
  const { workspace } = request
  const { standing } = callerOf(request)
  const rights = rightsOf(standing)
  const extent: Extent = side === 'friend' ? rights.readReferrers : rights.readFriends
  if (extent === 'none') return []
  return await database.inWorkspace(workspace.id, async (connection) => {
    const referrals = await readReferrals(connection, workspace.id, {
      side,
      profileId: standing.profileId,
      bindingId: extent === 'own' ? standing.bindingId : undefined,
    })
    const numbers = referrals.map(({ otherNumber }) => otherNumber)
    const people = await readPublicPeople(connection, workspace, numbers)
    return referrals.flatMap((referral) => {
      const person = people.get(referral.otherNumber)
      return person ? [{ ...referral, person: presentPublicPerson(person) }] : []
    })
  })
}

function presentReferral(referral: Named) {
  return {
    shareable_id: referral.shareCodeNumber,
    reason: reasonOf(referral),
    container: 'production',
    updated_at: referral.updatedAt.toISOString(),
    person: referral.person,
  }
}

function presentAssociated(referral: Named) {
  const { id, first_name, image_url } = referral.person
  return { ...presentReferral(referral), id, first_name, image_url }
}

function reasonOf({ converted }: Pick<Referral, 'converted'>): string {
  return converted ? 'conversion' : 'referral'
}
