import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSmtpTransport } from '../../platform/mail/mail-transport.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { setConsents } from '../consents/consents.ts'
import type { Workspace } from '../workspaces/workspace.ts'
import { dropOldMails } from './drop-old-mails.ts'
import { addressesWithoutShareMail, setOptOut } from './mail-opt-outs.ts'
import { mailPart } from './mail-part.ts'
import { openMailSender } from './mail-sender.ts'
import { findMailState, queueMail } from './queue-mail.ts'

let db: TestDatabase
let workspace: Workspace

beforeAll(async () => {
  db = await createTestDatabase()
  await db.apply('workspace: acme')
  workspace = db.workspace()
})
afterAll(() => db[Symbol.asyncDispose]())

interface Postbox extends AsyncDisposable {
  readonly url: string
  readonly received: { readonly to: readonly string[]; readonly source: string }[]
}

/** An SMTP server on loopback; `answer` may refuse a recipient. */
async function openPostbox(
  answer: (address: string) => Error | undefined = () => undefined,
): Promise<Postbox> {
  const received: { to: string[]; source: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) => done(answer(address)),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address)
        received.push({ to, source: Buffer.concat(chunks).toString('utf8') })
        done()
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function queue(recipient: string, subject = 'A gift', profileId = randomUUID()): Promise<string> {
  const content = {
    brand: 'Acme',
    subject,
    text: 'Plain text',
    html: '<p>Rich text</p>',
    headers: { 'List-Unsubscribe': '<https://go.example/u>' },
  }
  return db.database.transaction(workspace.id, (connection) =>
    queueMail(connection, workspace.id, { profileId, recipient, content }),
  )
}

function stateOf(number: string) {
  return db.database.inWorkspace(workspace.id, (connection) =>
    findMailState(connection, workspace.id, number),
  )
}

const from = 'no-reply@acme.example'

async function rowOf(number: string) {
  const { rows } = await db.database.asOwner((connection) =>
    connection.query<{ attempts: number; content: unknown; recipient: string; later: boolean }>(
      'select attempts, content, recipient, due_at > now() as later from mails where number = $1',
      [number],
    ),
  )
  return rows[0]
}

test('a queued mail goes out once, with both bodies, and nothing of it is kept', async () => {
  await using postbox = await openPostbox()
  await using transport = openSmtpTransport(postbox.url)
  const number = await queue('bob@example.com', 'Dárek od Anny')
  await using _first = await openMailSender({ ...db, transport, from })
  await using _second = await openMailSender({ ...db, transport, from })
  await expect.poll(() => stateOf(number)).toBe('sent')
  expect(postbox.received).toHaveLength(1)
  const [mail] = postbox.received
  expect(mail?.to).toEqual(['bob@example.com'])
  for (const part of [
    'text/plain',
    'text/html',
    'Plain text',
    'Rich text',
    `Message-ID: <${number}@acme.example>`,
  ]) {
    expect(mail?.source).toContain(part)
  }
  expect(mail?.source).toMatch(/From: "?Acme"? <no-reply@acme\.example>/)
  expect(mail?.source).toMatch(/List-Unsubscribe: <https:\/\/go\.example\/u>/)
  expect(await rowOf(number)).toMatchObject({ content: null, recipient: '' })
})

test('a mail queued while the sender runs goes at once; one of a transaction that fails never goes', async () => {
  await using postbox = await openPostbox()
  await using transport = openSmtpTransport(postbox.url)
  await using _sender = await openMailSender({ ...db, transport, from })
  await expect(
    db.database.transaction(workspace.id, async (connection) => {
      const content = { brand: 'A', subject: 'never', text: '', html: '' }
      const mail = { profileId: randomUUID(), recipient: 'never@example.com', content }
      await queueMail(connection, workspace.id, mail)
      throw new Error('later')
    }),
  ).rejects.toThrow('later')
  const number = await queue('cleo@example.com')
  await expect.poll(() => stateOf(number)).toBe('sent')
  expect(postbox.received.map(({ to }) => to)).toEqual([['cleo@example.com']])
})

test('what the receiver refuses for good has failed; what it cannot take now waits for another try', async () => {
  await using postbox = await openPostbox((address) => {
    if (address.startsWith('gone')) return Object.assign(new Error('no such mailbox'), { responseCode: 550 })
    if (address.startsWith('busy')) return Object.assign(new Error('try later'), { responseCode: 451 })
    return undefined
  })
  await using transport = openSmtpTransport(postbox.url)
  const [gone, busy] = [await queue('gone@example.com'), await queue('busy@example.com')]
  await using _sender = await openMailSender({ ...db, transport, from })
  await expect.poll(() => stateOf(gone)).toBe('failed')
  await expect.poll(async () => (await rowOf(busy))?.attempts).toBe(1)
  expect(await stateOf(busy)).toBe('waiting')
  expect((await rowOf(busy))?.later).toBe(true)
  await db.database.asOwner((connection) =>
    connection.query(
      `update mails set due_at = now(), created_at = now() - interval '25 hours' where number = $1`,
      [busy],
    ),
  )
  await expect.poll(() => stateOf(busy)).toBe('failed')
  // Both have ended, so both are dropped some day.
  await age(gone, 31)
  await age(busy, 31)
  await dropOldMails(db.database)
  expect([await stateOf(gone), await stateOf(busy)]).toEqual([undefined, undefined])
})

/** As if the mail had ended so many days earlier; what has not ended stays so. */
async function age(number: string, days: number): Promise<void> {
  await db.database.asOwner((connection) =>
    connection.query(
      `update mails set created_at = created_at - make_interval(days => $2),
         ended_at = ended_at - make_interval(days => $2) where number = $1`,
      [number, days],
    ),
  )
}

test('a mail that ended is kept for 30 days, sent, failed or in the outbox; one that waits stays', async () => {
  const waiting = await queue('waits@example.com')
  const states = ['sent', 'failed', 'outbox']
  const [young, old] = [await endedIn(states), await endedIn(states)]
  for (const number of young) await age(number, 29)
  for (const number of [...old, waiting]) await age(number, 31)
  await dropOldMails(db.database)
  for (const [index, number] of young.entries()) expect(await stateOf(number)).toBe(states[index])
  for (const number of old) expect(await rowOf(number)).toBeUndefined()
  expect(await stateOf(waiting)).toBe('waiting')
  await db.database.asOwner((connection) => connection.query('delete from mails'))
})

async function endedIn(states: readonly string[]): Promise<readonly string[]> {
  return await Promise.all(
    states.map(async (state) => {
      const number = await queue(`${state}@example.com`)
      await db.database.asOwner((connection) =>
        connection.query('update mails set state = $2, ended_at = now() where number = $1', [number, state]),
      )
      return number
    }),
  )
}

test('a server that is away is waited for', async () => {
  const postbox = await openPostbox()
  await postbox[Symbol.asyncDispose]()
  await using transport = openSmtpTransport(postbox.url)
  const number = await queue('dan@example.com')
  await using _sender = await openMailSender({ ...db, transport, from })
  await expect.poll(async () => (await rowOf(number))?.attempts).toBe(1)
  expect(await stateOf(number)).toBe('waiting')
  await db.database.asOwner((connection) => connection.query('delete from mails where number = $1', [number]))
})

test('without a transport mails stay readable in the outbox (E51, E84)', async () => {
  await using _sender = await openMailSender({ ...db, transport: undefined, from })
  const number = await queue('eve@example.com')
  await expect.poll(() => stateOf(number)).toBe('outbox')
  expect((await rowOf(number))?.content).toMatchObject({ subject: 'A gift', text: 'Plain text' })
})

test('mails to somebody who is erased are dropped, waiting, failed or kept, unless somebody else has the address (S20)', async () => {
  const erase = (emails: readonly string[]) =>
    db.database.transaction(workspace.id, (connection) => {
      const identifiers = emails.map((value) => ({ kind: 'email', value }))
      return mailPart.erase(connection, workspace.id, [], identifiers)
    })
  const [gone, other] = [await queue('Gone@Example.com'), await queue('other@example.com')]
  const ended = await endedIn(['failed', 'outbox'])
  await erase(['gone@example.com', 'failed@example.com', 'outbox@example.com'])
  await erase([])
  for (const number of ended) expect(await rowOf(number)).toBeUndefined()
  expect([await stateOf(gone), await stateOf(other)]).toEqual([undefined, 'waiting'])
  await db.database.inWorkspace(workspace.id, (connection) =>
    connection.query(
      `insert into identifiers (workspace_id, kind, value, profile_id)
       values ($1, 'email', 'other@example.com', gen_random_uuid())`,
      [workspace.id],
    ),
  )
  await erase(['other@example.com'])
  expect(await stateOf(other)).toBe('waiting')
  await db.database.asOwner((connection) => connection.query('delete from mails where number = $1', [other]))
})

const may = (address: string) =>
  db.database.inWorkspace(
    workspace.id,
    async (connection) => (await addressesWithoutShareMail(connection, workspace, [address])).size === 0,
  )

test('a share mail goes only where neither the address nor its profile speaks against it (S24, E124)', async () => {
  const opt = (address: string, out: boolean) =>
    db.database.inWorkspace(workspace.id, (connection) => setOptOut(connection, workspace, address, out))
  expect(await may('Ann@Example.com')).toBe(true)
  await opt('ann@example.com', true)
  await opt('ann@example.com', true)
  expect(await may('Ann@Example.com')).toBe(false)
  await opt('ANN@example.com', false)
  expect(await may('ann@example.com')).toBe(true)
  await db.database.inWorkspace(workspace.id, (connection) =>
    connection.query(
      `with p as (insert into profiles (workspace_id, id) values ($1, gen_random_uuid()), ($1, gen_random_uuid()) returning id),
        n as (select id, row_number() over () as n from p),
        i as (insert into identifiers (workspace_id, kind, value, profile_id)
              select $1, 'email', case n when 1 then 'black@example.com' else 'optout@example.com' end, id from n)
      insert into recipient_statuses (workspace_id, profile_id, opted_out_channels, blacklisted)
      select $1, id, case n when 1 then '{}'::text[] else '{SMS,MAIL}' end, n = 1 from n`,
      [workspace.id],
    ),
  )
  expect([await may('black@example.com'), await may('optout@example.com')]).toEqual([false, false])
})

test('a share mail that waits does not go to who opts out meanwhile; any other mail does (E124, S24)', async () => {
  await db.database.inWorkspace(workspace.id, (connection) =>
    setOptOut(connection, workspace, 'tired@example.com', true),
  )
  const content = { brand: 'Acme', subject: 'A gift', text: '', html: '' }
  const queued = (more: { readonly heedsOptOuts?: true }) =>
    db.database.transaction(workspace.id, (connection) =>
      queueMail(connection, workspace.id, {
        profileId: randomUUID(),
        recipient: 'Tired@example.com',
        content: { ...content, ...more },
      }),
    )
  const [share, other] = [await queued({ heedsOptOuts: true }), await queued({})]
  await using postbox = await openPostbox()
  await using transport = openSmtpTransport(postbox.url)
  await using _sender = await openMailSender({ ...db, transport, from })
  await expect.poll(() => stateOf(other)).toBe('sent')
  await expect.poll(() => stateOf(share)).toBe('failed')
  expect(postbox.received).toHaveLength(1)
})

test('a withdrawn consent of channel email speaks against share mails, one of another channel does not (S24)', async () => {
  const profileId = randomUUID()
  const set = (consentId: string, value: 0 | 1) =>
    db.database.inWorkspace(workspace.id, (connection) =>
      setConsents(connection, workspace.id, profileId, [{ consentId, value }], {
        api: 'carecloud',
        actorKind: 'customer',
        actor: null,
      }),
    )
  const mine = () => may('consent@example.com')
  await db.database.inWorkspace(workspace.id, async (connection) => {
    await connection.query('insert into profiles (workspace_id, id) values ($1, $2)', [
      workspace.id,
      profileId,
    ])
    await connection.query(
      `insert into identifiers (workspace_id, kind, value, profile_id) values ($1, 'email', 'consent@example.com', $2)`,
      [workspace.id, profileId],
    )
  })
  await set('gtc', 0)
  expect(await mine()).toBe(true)
  await set('marketing-communication', 0)
  expect(await mine()).toBe(false)
  await set('marketing-communication', 1)
  expect(await mine()).toBe(true)
})
