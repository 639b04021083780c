import { randomInt } from 'node:crypto'
import type { Workspace } from '../workspaces/workspace.ts'

export type CardType = Workspace['settings']['loyalty']['cardTypes'][number]

/** Whether a number has the type's prefix and length (L91). */
export function isCardNumber({ numberPrefix, length }: CardType, cardNumber: string): boolean {
  return (
    cardNumber.length === length && cardNumber.startsWith(numberPrefix) && /^[0-9A-Za-z]+$/.test(cardNumber)
  )
}

/** A number of the type that nobody can foretell: digits after the prefix (L92). */
export function randomCardNumber(type: CardType): string {
  const digits = Array.from({ length: digitsOf(type) }, () => randomInt(10))
  return type.numberPrefix + digits.join('')
}

/** How many digits follow the prefix in the numbers that are made. */
export function digitsOf({ numberPrefix, length }: CardType): number {
  return Math.max(0, length - numberPrefix.length)
}
