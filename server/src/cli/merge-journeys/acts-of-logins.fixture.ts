import { randomUUID } from 'node:crypto'
import { createToken } from '../../core/customer-tokens/create-token.ts'
import { findTokens } from '../../core/customer-tokens/find-tokens.ts'
import { startHandOver } from '../../core/customer-tokens/hand-over.ts'
import { logIn, noteCreation } from '../../core/customer-tokens/log-in.ts'
import { startEmailVerification } from '../../core/identity/email-verification.ts'
import { identify } from '../../core/identity/identify.ts'
import { writeParameters } from '../../core/identity/parameters.ts'
import { findDevice, type TokenStanding } from '../../core/identity/token-standing.ts'
import { verifyToken } from '../../core/identity/verify-token.ts'
import { queueMail } from '../../core/mail/queue-mail.ts'
import { startPasswordLink } from '../../core/passwords/password-links.ts'
import { startPolling } from '../../core/pollings/pollings.ts'
import { type Act, addressOf, mailOf, markIn } from './act.fixture.ts'
import { type Journey, markOf } from './journey.fixture.ts'

async function standingOf(journey: Journey, token: string): Promise<TokenStanding | undefined> {
  const standing = await journey.transaction((connection) =>
    findDevice(connection, journey.workspace.id, token, new Date()),
  )
  return 'refusal' in standing ? undefined : standing
}

/** A device that says whose it is, by an address of this person. */
async function say(journey: Journey, deviceId: string, profile: string, n: number, level: 'claim' | 'proof') {
  const email = await addressOf(journey, profile)
  if (email === undefined) return undefined
  const own = markOf(journey, profile)
  const identity = { email, ...(n === 2 && email.startsWith(own) && { partnerUserId: `${own}-partner` }) }
  const fields = { first_name: 'Given' }
  return await journey.transaction((connection) =>
    identify(
      connection,
      journey.workspace,
      { deviceId, identity, level, partnerFirst: level === 'proof', fields, mayRebind: true },
      journey.parts,
    ),
  )
}

/** A device bound to the person by their own word to the company. */
async function ownDevice(journey: Journey, profile: string): Promise<TokenStanding | undefined> {
  for (const { token } of journey.kept.devices.toReversed()) {
    const standing = await standingOf(journey, token)
    if (standing?.profileId === profile) return standing
  }
  return undefined
}

/** How people come in: by devices, apps, passwords and mailed links. */
export const loginActs = {
  claim: async (journey, { profile, n }) => {
    const email = await addressOf(journey, profile)
    if (email === undefined) return
    const { deviceId, token } = await journey.device()
    const standing = await standingOf(journey, token)
    // The device is whoever's the address is, should that be two people again.
    const said = { hat: markIn(email) }
    if (standing) {
      await journey.transaction((connection) =>
        writeParameters(connection, journey.workspace.id, standing.profileId, said, 'private'),
      )
    }
    await say(journey, deviceId, profile, n, 'claim')
  },
  prove: async (journey, { profile, n }) => {
    const email = await addressOf(journey, profile)
    const { deviceId, token } = await journey.device()
    const said = await say(journey, deviceId, profile, n, 'proof')
    const standing = said && (await standingOf(journey, token))
    if (!said || !standing) return
    const proved = [`email:${email}`]
    await journey.transaction((connection) =>
      verifyToken(connection, journey.workspace, {
        tokenId: standing.tokenId,
        bindingId: said.bindingId,
        proved,
      }),
    )
  },
  /** A device goes from one person to another. */
  pass: async (journey, { profile, other, n }) => {
    const standing = await ownDevice(journey, other)
    if (standing) await say(journey, standing.deviceId, profile, n, 'proof')
  },
  parameter: (journey, { profile, n }) =>
    journey.transaction((connection) =>
      writeParameters(
        connection,
        journey.workspace.id,
        profile,
        { [`p${n % 2}`]: markOf(journey, profile) },
        'private',
      ),
    ),
  verification: async (journey, { profile, n }) => {
    const standing = await ownDevice(journey, profile)
    if (!standing) return
    await journey.transaction(async (connection) => {
      await startEmailVerification(connection, journey.workspace, standing)
      const owner = { profileId: profile, bindingId: standing.bindingId }
      await startPolling(connection, journey.workspace.id, owner, {
        kind: 'me',
        result: { said: `${markOf(journey, profile)} ${n}` },
      })
    })
  },
  password: (journey, { profile, n }) =>
    journey.query(
      'insert into passwords (workspace_id, profile_id, hash) values ($1, $2, $3) on conflict (workspace_id, profile_id) do update set hash = excluded.hash, set_at = clock_timestamp()',
      [profile, `hash ${n}`],
    ),
  passwordLink: (journey, { profile, n }) =>
    journey.transaction(async (connection) => {
      const { rows } = await connection.query<{ value: string }>(
        `select value from identifiers where workspace_id = $1 and profile_id = $2 and kind = 'email'`,
        [journey.workspace.id, profile],
      )
      const email = rows[0]?.value
      if (email === undefined) return
      await startPasswordLink(connection, journey.workspace.id, { profileId: profile, email })
      await queueMail(connection, journey.workspace.id, {
        profileId: profile,
        recipient: email,
        content: mailOf(`Hello ${markOf(journey, profile)} ${n}`),
      })
    }),
  app: (journey, { profile, n }) =>
    journey.transaction(async (connection) => {
      const { id } = journey.workspace
      const token = await createToken(connection, id, {
        deviceId: randomUUID(),
        externalApplicationId: 'app',
        device: {},
        setup: {},
        pushToken: undefined,
      })
      const tokenId = (await findTokens(connection, [token])).get(token)?.tokenId ?? ''
      if (n === 0) return await noteCreation(connection, id, tokenId, profile)
      await logIn(connection, id, tokenId, profile)
      if (n === 2)
        await startHandOver(
          connection,
          journey.workspace,
          { profileId: profile, applicationId: 'app', form: 'text' },
          new Date(),
        )
    }),
} as const satisfies Readonly<Record<string, Act>>
