/**
 * Parses JSON in which whole numbers can be told by their digits: as numbers of JavaScript those beyond 2^53 would be
 * others. One that is written otherwise (1.5, 1e21) stays a number. Throws what `JSON.parse` throws.
 *
 * @param isText whether the whole number of this name is to be the text of its digits; `isExact`: as a number it would be
 *   shown by the same digits
 */
export function parseWithDigits(json: string, isText: (name: string, isExact: boolean) => boolean): unknown {
  return JSON.parse(json, (name, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source ?? ''
    if (typeof value !== 'number' || !/^-?\d+$/.test(source)) return value
    return isText(name, value === 0 || String(value) === source) ? source : value
  })
}
