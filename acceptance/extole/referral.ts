import { expect } from 'vitest'
import { describeReply, type Fields, fieldsOf, type Reply } from '../client.ts'
import { unique } from '../unique.ts'
import { anId, listOf, okOf } from './conventions.ts'
import { ask, get, identified, post, type Somebody, sendEvent, tokenAfter, untilFinal } from './extole.ts'
import { signJwt } from './sign-jwt.ts'

/** The caller's shareable of the campaign that a label selects; made where there is none. */
export async function shareableOf(token: string, label = 'refer-a-friend'): Promise<Fields> {
  return okOf(await post('/api/v6/me/shareables', token, { label }))
}

export async function codeOf(token: string, label?: string): Promise<string> {
  return String((await shareableOf(token, label)).code)
}

/** Follows a share link as a browser does; `cookie` is the token of the visitor's cookie. */
export function follow(pathAndQuery: string, cookie?: string): Promise<Reply> {
  return ask('GET', pathAndQuery, {
    headers: { Cookie: cookie === undefined ? undefined : `extole_token=${cookie}` },
  })
}

/** The token of a device that has come by a link. */
export async function arrive(code: string): Promise<string> {
  const reply = await follow(`/${code}`)
  expect(reply.status, describeReply(reply)).toBe(302)
  return tokenAfter(reply)
}

/** What became of an event, once it has been worked on (E107). */
export async function rewardStatus(token: string, eventId: unknown): Promise<Fields> {
  return await untilFinal(`/api/v4/me/rewards/status?polling_id=${eventId}`, token)
}

/** Sends an event and waits for what it causes. */
export async function causedBy(token: string, eventName: string, data?: Fields): Promise<Fields> {
  const reply = await sendEvent(token, eventName, data)
  return await rewardStatus(tokenAfter(reply), fieldsOf(reply).event_id)
}

/** The names of the rewards that a token sees, sorted. */
export async function rewardNames(token: string): Promise<readonly unknown[]> {
  return (await rewardsOf(token)).map(({ reward_name }) => reward_name).sort()
}

export async function rewardsOf(token: string): Promise<readonly Fields[]> {
  return listOf(await get('/api/v4/me/rewards', token))
}

/** Everything of a person whom a device merely identified, as its company's login shows it. */
export async function verify({ email }: Somebody): Promise<string> {
  return String(okOf(await post('/api/v5/token', undefined, { jwt: await signJwt({ email }) })).access_token)
}

/** A new person who came by this code, identified with an event of no other meaning, and is attributed. */
export async function friendOf(code: string): Promise<Somebody> {
  const friend = await identified()
  const reply = await sendEvent(friend.token, unique('visit'), { advocate_code: code })
  await rewardStatus(friend.token, fieldsOf(reply).event_id)
  return friend
}

/** Whom a person with this token was referred by, once the last event has been worked on. */
export async function advocatesOf(token: string): Promise<readonly unknown[]> {
  await causedBy(token, unique('settled'))
  const list = listOf(await get('/api/v4/me/referrals-to-me', token))
  return list.map(({ person }) => (person as Fields).id)
}

/** An e-mail share, accepted; gives its polling id. */
export async function shareByMail(token: string, request: Fields): Promise<string> {
  const answer = okOf(await post('/api/v6/email/share', token, request))
  expect(answer).toEqual({
    polling_id: expect.stringMatching(anId),
    recipient_email: String(request.recipient_email).trim(),
  })
  return String(answer.polling_id)
}

export function shareEnded(token: string, pollingId: string): Promise<Fields> {
  return untilFinal(`/api/v6/email/share/status/${pollingId}`, token)
}
