/** A source of numbers from 0 to below 1. */
export type Random = () => number

/**
 * The numbers of one row (mulberry32, begun at a hash of seed and row): a row is the same whatever comes before
 * it, so a shorter file is the beginning of a longer one.
 */
export function randomOfRow(seed: number, row: number): Random {
  let state = mix(mix(seed) ^ mix(row) ^ Math.imul(row, 0x9e3779b1))
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}

function mix(number: number): number {
  let value = number | 0
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return value ^ (value >>> 16)
}

/** A whole number from `least` to `most`. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1))
}

/** One of them. Throws for none. */
export function pick<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[Math.floor(random() * choices.length)]
  if (choice === undefined) throw new Error('there is nothing to pick from')
  return choice
}
