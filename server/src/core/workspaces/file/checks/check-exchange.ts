import { isStandardWebhookSecret } from '../values/secrets.ts'
import { type Check, entryPath, refuseRepeatedTexts, refuseRepeats, refuseUnknown } from './check.ts'

/** The kinds of event that a webhook in the vendor's format can say (G73). */
const customergluEvents = ['reward.granted', 'nudge.sent', 'campaign.interaction', '*']

/** Partner systems, what flows between them, and webhooks. */
export function checkExchange(check: Check): void {
  const { exchange, webhooks } = check.file
  refuseRepeats(check, exchange.endpoints, 'name')
  for (const endpoint of exchange.endpoints) {
    if (endpoint.deployment === undefined || endpoint.application !== undefined) continue
    if (check.isSound(endpoint, ['application']))
      check.refuse(endpoint, ['deployment'], 'needs an "application" beside it')
  }
  // Names are matched without `_` (X81), so two that differ only in it would be one kind.
  refuseRepeatedTexts(check, exchange, ['identifiers'], exchange.identifiers, (kind) =>
    kind.replaceAll('_', ''),
  )
  checkSubscriptions(check)
  refuseRepeats(check, webhooks, 'id')
  for (const webhook of webhooks) {
    refuseRepeatedTexts(check, webhook, ['events'], webhook.events)
    if (webhook.events.length > 1 && webhook.events.includes('*')) {
      check.refuse(webhook, ['events'], 'must hold nothing beside "*", which is all of them')
    }
    if (webhook.format === 'standard') {
      if (webhook.secret !== undefined && !isStandardWebhookSecret(webhook.secret)) {
        check.refuse(
          webhook,
          ['secret'],
          'must be whsec_ and 24 to 64 bytes in base64 where format is standard',
        )
      }
      continue
    }
    for (const [index, event] of webhook.events.entries()) {
      if (customergluEvents.includes(event)) continue
      const place = entryPath(check, webhook, ['events'], index)
      check.refuse(
        webhook,
        place,
        `must be one of ${customergluEvents.join(', ')} where format is customerglu`,
      )
    }
  }
}

function checkSubscriptions(check: Check): void {
  const seen = new Set<string>()
  for (const subscription of check.file.exchange.subscriptions) {
    const { eventType, from, to } = subscription
    refuseUnknown(check, subscription, ['from'], 'endpoint', from, check.defined.endpoints)
    refuseUnknown(check, subscription, ['to'], 'endpoint', to, check.defined.endpoints)
    if (from === to) check.refuse(subscription, ['to'], 'must be another endpoint than "from"')
    const key = JSON.stringify([eventType, from, to])
    if (seen.has(key)) check.refuse(subscription, [], 'is given twice')
    seen.add(key)
  }
}
