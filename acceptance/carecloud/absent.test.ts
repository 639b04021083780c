import { describe, expect, it } from 'vitest'
import { describeReply } from '../client.ts'
import { ask, backEnd, expectNotFound } from './cc.ts'
import { aMember } from './people.ts'

const later = [
  'audiences',
  'booking-statuses',
  'booking-ticket-properties',
  'booking-tickets',
  'bookings',
  'campaign-products',
  'campaigns',
  'credit-history',
  'credit-types',
  'credits',
  'customer-engagement-setups',
  'customer-relation-types',
  'customer-types',
  'entrances',
  'event-groups',
  'message-templates',
  'messages',
  'one-time-password',
  'orders',
  'payment-types',
  'product-brands',
  'product-groups',
  'product-properties',
  'product-reservation-external-list-types',
  'product-reservation-prices',
  'product-reservation-sources',
  'product-reservations',
  'products',
  'purchase-item-properties',
  'recommendation-engine',
  'recommendations',
  'reservable-products',
  'segment-groups',
  'stamper-campaigns',
  'stamper-cards',
  'stamps',
  'store-groups',
  'task-properties',
  'task-states',
  'task-types',
  'tasks',
  'third-party-recommendations',
  'user-roles',
  'skipasses',
  'target-groups',
]

describe('what is not served', () => {
  it.each(later)(
    'L125: /%s and all below it is 404, whatever the method and the credential',
    async (resource) => {
      const back = backEnd()
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'HEAD']) {
        for (const path of [`/${resource}`, `/${resource}/1`, `/${resource}/1/actions/x`, `/${resource}/`]) {
          for (const reply of [
            await back.ask(method, path, { body: {} }),
            await ask('customer', method, path, { body: {} }),
          ]) {
            if (method === 'HEAD') expect(reply.status, describeReply(reply)).toBe(404)
            else expectNotFound(reply, resource, null)
          }
        }
      }
    },
  )

  it.each([
    ['POST', '/tokens/1/actions/social-network-login'],
    ['POST', '/tokens/1/actions/login-social-network'],
    ['GET', '/customers/actions/test-customer'],
    ['PUT', '/customers/{id}/photo'],
    ['POST', '/customers/{id}/photos'],
    ['POST', '/tokens/1/actions/register-push'],
    ['GET', '/customers/{id}/related-customers'],
    ['GET', '/customers/{id}/referrals'],
    ['GET', '/customers/{id}/recommendation-records'],
    ['GET', '/cards/1/digital-card'],
    ['POST', '/cards/actions/validate-isic'],
    ['POST', '/vouchers/actions/gift-card'],
    ['POST', '/vouchers'],
    ['POST', '/vouchers/batch'],
    ['POST', '/rewards/actions/simple-reward'],
    ['GET', '/rewards/ten-euro/products'],
    ['POST', '/stores'],
    ['PUT', '/stores/prague-hq'],
    ['DELETE', '/stores/prague-hq'],
    ['POST', '/card-types'],
    ['PUT', '/purchases/1'],
    ['DELETE', '/purchases/1'],
    ['POST', '/purchases'],
    ['GET', '/users'],
    ['GET', '/users/1'],
    ['POST', '/users/actions/single-sign-on'],
    ['DELETE', '/customers/{id}'],
    ['PATCH', '/customers/{id}'],
    ['DELETE', '/customers/{id}/addresses/1'],
    ['GET', '/customers/{id}/property-records/wedding_date:1'],
    ['GET', '/tokens'],
    ['DELETE', '/tokens/1'],
    ['POST', '/point-history'],
    ['GET', '/wallet'],
  ])('L126: %s %s is 404 or 405, on both interfaces', async (method, path) => {
    const member = await aMember()
    const resolved = path.replace('{id}', member.id).replace('/tokens/1', `/tokens/${member.token}`)
    for (const caller of [backEnd(), member]) {
      const reply = await caller.ask(method, resolved, { body: {} })
      expect([404, 405], describeReply(reply)).toContain(reply.status)
    }
    expect((await member.read(`/customers/${member.id}`)).state).toBe(1)
  })
})
