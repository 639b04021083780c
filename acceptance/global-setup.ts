import type { TestProject } from 'vitest/node'
import { openTarget, type Target } from './target.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the server under test answers, without a slash at the end. */
    baseUrl: string
    /** Where the mails that it sends can be read; undefined: nowhere. */
    mailboxUrl: string | undefined
  }
}

let target: Target | undefined

/** One server for the whole suite: tests keep apart by the ids they choose, not by a server each. */
export async function setup(project: TestProject): Promise<void> {
  target = await openTarget(process.env)
  project.provide('baseUrl', target.baseUrl)
  project.provide('mailboxUrl', target.mailboxUrl)
}

export async function teardown(): Promise<void> {
  await target?.[Symbol.asyncDispose]()
}
