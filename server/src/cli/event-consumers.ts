import type { EventConsumer } from '../core/events/event-consumer.ts'
import type { Ledger } from '../core/points/ledger.ts'
import { referralConsumer, referralConsumerName } from '../core/referral/referral-consumer.ts'
import { segmentConsumer } from '../core/segments/evaluation/segment-consumer.ts'

/** Under which names they keep their places: events that one of them has not read yet are kept. */
export const eventConsumerNames = [referralConsumerName, segmentConsumer.name]

/** Everybody who reacts to events. */
export function eventConsumers(ledger: Ledger): readonly EventConsumer[] {
  return [referralConsumer(ledger), segmentConsumer]
}
