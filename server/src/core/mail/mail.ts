/** A mail as it lies in the queue. */
export interface MailContent {
  /** Shown as the sender's name. */
  readonly brand: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers?: Readonly<Record<string, string>>
}

/** `outbox`: there is no transport, and the mail stays to be read by who develops. */
export type MailState = 'waiting' | 'sent' | 'failed' | 'outbox'
