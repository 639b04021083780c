/** The JSON pointer (RFC 6901) of a place, from the names and positions that lead to it; `""` for none. */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
