/** Who sent an event: what it may move, and how far back it may reach, rests on that (S26, S27). */
export type EventSource = 'back end' | 'endpoint' | 'public'

/** What an API read from an event for the core: a share code it arrived by, and the share that brought it. */
export interface Arrival {
  readonly shareCode: string
  readonly shareNumber?: string
}

/**
 * Something that somebody did, about to be kept. The person is a profile, or is named by customer id, or by
 * e-mail with or without business unit; the names are those of the columns they are read into.
 */
export interface NewEvent {
  readonly profile?: string
  /** The binding of the device that sent it. */
  readonly binding?: string
  readonly customer?: string
  /** In compare form. */
  readonly email_key?: string
  /** `''`: the person without business unit; absent: as C20 finds a user. */
  readonly unit?: string
  readonly name: string
  /** The time it was sent with, and the time of receipt; RFC 3339, UTC. */
  readonly occurred_at: string
  readonly received_at: string
  readonly source: EventSource
  /** Any JSON, null as well; what is no object says nothing to who reads properties. */
  readonly data: unknown
  readonly arrival?: Arrival
  /** The sender's own id for it, and a second one. */
  readonly reference?: string
  readonly secondary_reference?: string
  /** Absent: it is. See `isTrusted`. */
  readonly trusted?: boolean
}

/** An event as its readers see it. */
export interface StoredEvent {
  /** The id that wires show, as text (S8). */
  readonly number: string
  readonly profileId: string | null
  readonly bindingId: string | null
  readonly name: string
  readonly occurredAt: Date
  readonly receivedAt: Date
  /** The time that counts (S26). */
  readonly countedAt: Date
  readonly source: EventSource
  readonly trusted: boolean
  /** Whether its profile was known when it came. */
  readonly byKnown: boolean
  readonly arrival: Arrival | null
  readonly reference: string | null
  readonly data: Readonly<Record<string, unknown>>
}

/** Whether an event of this name and source moves campaigns, points, referrals and segments (S27). */
export function isTrusted(
  eventTypes: readonly { readonly code: string; readonly backendOnly: boolean }[],
  name: string,
  source: EventSource,
): boolean {
  return source === 'back end' || !eventTypes.some((type) => type.code === name && type.backendOnly)
}
