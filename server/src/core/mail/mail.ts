/** A mail as it lies in the queue. */
export interface MailContent {
  /** Shown as the sender's name. */
  readonly brand: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers?: Readonly<Record<string, string>>
  /** A share mail: it does not go to who wants none by the time that it would (S24). */
  readonly heedsOptOuts?: true
}

/** `outbox`: there is no transport, and the mail stays to be read by who develops. */
export type MailState = 'waiting' | 'sent' | 'failed' | 'outbox'
