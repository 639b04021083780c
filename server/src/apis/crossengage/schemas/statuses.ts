import { Type } from 'typebox'
import { channels } from '../../../core/consents/channels.ts'

/** What is left out, and `ALL`, mean every channel (C67). */
export const ChannelQuery = Type.Object({
  channelType: Type.Optional(Type.Enum([...channels, 'ALL'], { description: 'Read without letter case.' })),
})

export const RecipientStatus = Type.Object(
  {
    blacklisted: Type.Boolean(),
    optOutAll: Type.Boolean(),
    optOutChannels: Type.Array(Type.Enum([...channels])),
  },
  { description: 'What the user is not to be sent.' },
)

export const OptOut = Type.Object(
  { optOut: Type.Boolean() },
  { description: 'Whether the user opted out of the channel, or of every channel.' },
)

export const Blacklisted = Type.Object(
  { blacklisted: Type.Boolean() },
  { description: 'Whether the user is blacklisted.' },
)
