import { setTimeout as delay } from 'node:timers/promises'
import { describeReply, type Reply } from './client.ts'

const timeoutMs = 20_000
const pollMs = 15

/** Asks until the answer satisfies the check, and gives that answer; fails with the last one at the deadline. */
export async function until(ask: () => Promise<Reply>, holds: (reply: Reply) => boolean): Promise<Reply> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const reply = await ask()
    if (holds(reply)) return reply
    if (Date.now() > deadline) throw new Error(`after ${timeoutMs} ms still ${describeReply(reply)}`)
    await delay(pollMs)
  }
}
