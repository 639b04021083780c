import type { Logger } from '../../platform/log.ts'
import type { MailResult, MailTransport } from '../../platform/mail/mail-transport.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { DatabaseSession } from '../../platform/postgres/session.ts'
import type { WorkspaceDirectory } from '../workspaces/workspace-directory.ts'
import type { MailContent } from './mail.ts'
import { addressesWithoutShareMail } from './mail-opt-outs.ts'
import { mailsQueued } from './queue-mail.ts'

export interface MailSenderOptions {
  readonly database: Database
  readonly directory: WorkspaceDirectory
  readonly session: DatabaseSession
  readonly logger: Logger
  /** Undefined: mails go to the outbox. */
  readonly transport: MailTransport | undefined
  /** The address that mails come from. */
  readonly from: string
}

const sweepMs = 1000
const mailsAtOnce = 5
/** A process that dies while it sends leaves the mail to another after this time. */
const leaseMinutes = 5
const retrySeconds = { first: 10, most: 3600 }
const givenUpAfterHours = 24

/**
 * Sends what is queued, in whichever process runs it, until stopped. A mail that a server cannot take now is tried
 * again with growing pauses for 24 h; at least once, under one Message-ID.
 */
export async function openMailSender(options: MailSenderOptions): Promise<AsyncDisposable> {
  const { database, directory, logger, transport } = options
  let working: Promise<void> | undefined
  let again = false
  let stopped = false

  function wake(): void {
    again = true
    if (stopped || working) return
    working = work()
      .catch((error: unknown) => logger.warn({ err: error }, 'mails cannot be sent now'))
      .then(() => {
        working = undefined
      })
  }

  async function work(): Promise<void> {
    while (again && !stopped) {
      again = false
      const taken = transport ? await takeDue(database) : []
      if (!transport) await keepInOutbox(database)
      if (taken.length > 0) again = true
      await Promise.all(taken.map(send))
    }
  }

  async function send(mail: TakenMail): Promise<void> {
    if (!transport) return
    const result = (await isUnwanted(mail)) ? 'refused' : await pass(transport, mail)
    if (result !== 'sent')
      logger.warn({ mail: mail.number, attempts: mail.attempts, result }, 'a mail did not go')
    await settle(database, mail, result)
  }

  /** Asked each time: a mail may wait for a day, and its recipient opt out meanwhile. */
  async function isUnwanted({ workspace_id, recipient, content }: TakenMail): Promise<boolean> {
    const workspace = content.heedsOptOuts && (await directory.byId(workspace_id))
    if (!workspace) return false
    const without = await database.inWorkspace(workspace.id, (connection) =>
      addressesWithoutShareMail(connection, workspace, [recipient]),
    )
    return without.size > 0
  }

  async function pass(by: MailTransport, mail: TakenMail): Promise<MailResult> {
    const { brand, subject, text, html, headers = {} } = mail.content
    return await by.send({
      from: { name: brand, address: options.from },
      to: mail.recipient,
      messageId: `<${mail.number}@${options.from.split('@').at(-1) ?? 'localhost'}>`,
      subject,
      text,
      html,
      headers,
    })
  }

  await options.session.listen(mailsQueued, wake)
  const sweep = setInterval(wake, sweepMs)
  wake()
  return {
    async [Symbol.asyncDispose]() {
      stopped = true
      clearInterval(sweep)
      await working
    },
  }
}

interface TakenMail {
  readonly workspace_id: number
  readonly number: string
  readonly recipient: string
  readonly content: MailContent
  readonly attempts: number
}

/** A mail that is taken is due again only when the lease is over: nobody else sends it meanwhile. */
async function takeDue(database: Database): Promise<readonly TakenMail[]> {
  return await database.asOwner(async (connection) => {
    const { rows } = await connection.query<TakenMail>(
      `update mails set attempts = attempts + 1, due_at = now() + make_interval(mins => $2)
       where (workspace_id, number) in (
         select workspace_id, number from mails where state = 'waiting' and due_at <= now()
         order by due_at limit $1 for update skip locked
       )
       returning workspace_id, number, recipient, content, attempts`,
      [mailsAtOnce, leaseMinutes],
    )
    return rows
  })
}

async function settle(database: Database, mail: TakenMail, result: MailResult): Promise<void> {
  const pauseSeconds = Math.min(retrySeconds.first * 2 ** (mail.attempts - 1), retrySeconds.most)
  // Many mails that failed together do not come back together.
  const jitter = 0.75 + Math.random() / 2
  await database.asOwner((connection) =>
    connection.query(
      `update mails set
         state = case when $3 = 'sent' then 'sent'
                      when $3 = 'refused' or created_at < now() - make_interval(hours => $5) then 'failed'
                      else 'waiting' end,
         content = case when $3 = 'sent' then null else content end,
         recipient = case when $3 = 'sent' then '' else recipient end,
         ended_at = case when $3 <> 'later' or created_at < now() - make_interval(hours => $5) then now() end,
         due_at = now() + make_interval(secs => $4)
       where workspace_id = $1 and number = $2 and state = 'waiting'`,
      [mail.workspace_id, mail.number, result, pauseSeconds * jitter, givenUpAfterHours],
    ),
  )
}

async function keepInOutbox(database: Database): Promise<void> {
  await database.asOwner((connection) =>
    connection.query(`update mails set state = 'outbox', ended_at = now() where state = 'waiting'`),
  )
}
