/** The channels a profile can opt out of, in the order in which they are listed (C67, C68). */
export const channels = [
  'MAIL',
  'BROWSER_NOTIFICATION',
  'ONSITE_DISPLAY',
  'EXIT_INTENT',
  'PUSH_NOTIFICATION',
  'DIRECT_MAIL',
  'SMS',
  'SEGMENT_TRANSFER',
  'WEBHOOK',
] as const

export type Channel = (typeof channels)[number]
