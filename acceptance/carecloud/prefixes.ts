import type { Reply } from '../client.ts'
import { acme, carecloud, type Interface } from './cc.ts'

/** Where the API answers (L1). */
export const prefixes = ['/webservice/rest-api', '/rest-api'] as const

/** A request under one prefix, with the headers given and no others. */
export function under(
  prefix: string,
  which: Interface,
  method: string,
  path: string,
  authorization?: string,
  body?: unknown,
): Promise<Reply> {
  return carecloud({
    method,
    path: `${prefix}/${which}-interface/v1.0${path}`,
    headers: { Host: acme.host, Authorization: authorization },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
}

export const master = `Bearer ${acme.masterKey}`
