import { randomInt } from 'node:crypto'

const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** What a code looks like where the reward does not say (S29). */
export const defaultPattern = '##########'

/** A code by pattern: every `#` becomes an upper-case letter or a digit that nobody can foretell. */
export function generateCode(pattern: string): string {
  return pattern.replaceAll('#', () => signs.charAt(randomInt(signs.length)))
}
