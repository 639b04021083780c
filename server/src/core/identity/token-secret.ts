import { randomInt } from 'node:crypto'

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const length = 26

/** A new access token (E14): 26 of 36 letters, each drawn alone, which is 134 random bits. */
export function generateToken(): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
}

/** Whether a text can be a token at all, so that others need no look-up. */
export function isTokenShaped(text: string): boolean {
  return /^[0-9A-Z]{26}$/.test(text)
}
