import type { EventConsumer } from '../core/events/event-consumer.ts'
import { referralConsumer } from '../core/referral/referral-consumer.ts'
import { segmentConsumer } from '../core/segments/evaluation/segment-consumer.ts'

/** Everybody who reacts to events. */
export const eventConsumers: readonly EventConsumer[] = [referralConsumer, segmentConsumer]
