import type { Journey } from './journey.fixture.ts'

/** What a person does, or what is done with one; `other` is somebody who may be the same. `n` chooses among a few. */
export type Act = (
  journey: Journey,
  of: { readonly profile: string; readonly other: string; readonly n: number },
) => Promise<unknown>

/** An address that names the person, or that a merge took from who they were before. */
export async function addressOf(journey: Journey, profile: string): Promise<string | undefined> {
  const [found] = await journey.query<{ value: string }>(
    `select value from identifiers where workspace_id = $1 and profile_id = $2 and kind = 'email'`,
    [profile],
  )
  return found?.value
}

/** Of the person whose address it was at first. */
export function markIn(address: string): string {
  return address.replace(/-.*/, '')
}

export const mailOf = (text: string) => ({ brand: 'Acme', subject: text, text, html: text })
