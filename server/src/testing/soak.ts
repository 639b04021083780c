import fc from 'fast-check'

/**
 * `npm run soak` tries each property so many times as often as usual, and other cases each time. Without it they are the
 * same ones each time: the suite fails for what was changed, and not by chance.
 */
const soak = process.env.SOAK === undefined ? undefined : Number(process.env.SOAK)

const usualRuns = 100

fc.configureGlobal(soak === undefined ? { seed: 1 } : { numRuns: usualRuns * soak })

/** For a property whose cases take long, or are worth more of them than a hundred. */
export function runs(usual: number): { readonly numRuns: number } {
  return { numRuns: usual * (soak ?? 1) }
}
