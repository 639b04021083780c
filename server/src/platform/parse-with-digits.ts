/**
 * Parses JSON in which whole numbers of this name, at any depth, come as the text of their digits: as numbers of
 * JavaScript those beyond 2^53 would be others. One that is written otherwise (1.5, 1e21) stays a number.
 */
export function parseWithDigits(json: string, name: string): unknown {
  return JSON.parse(json, (key, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source ?? ''
    return key === name && typeof value === 'number' && /^-?\d+$/.test(source) ? source : value
  })
}
