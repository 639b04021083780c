/** An RFC 9457 problem: the error shape of the product's own routes. */
export const problemType = 'application/problem+json; charset=utf-8'

export function problem(status: number, title: string, detail?: string): string {
  return JSON.stringify({ type: 'about:blank', title, status, ...(detail === undefined ? {} : { detail }) })
}
