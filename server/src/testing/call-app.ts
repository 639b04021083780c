import type { InjectOptions } from 'fastify'
import type { App } from '../platform/http/app.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'HEAD' | 'PATCH' | 'TRACE' | 'PROPFIND'

export interface CallOptions {
  /** Bearer; absent or `''`: no credential. */
  readonly token?: string
  readonly body?: object
  readonly payload?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** Absent: the first workspace's. */
  readonly host?: string
  /** Where the call comes from; absent: 127.0.0.1. */
  readonly remoteAddress?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of every shape
  readonly body: any
}

/** A request to an app, without a network. */
export async function callApp(
  app: App,
  method: Method,
  url: string,
  { token, body, payload, headers, host = 'acme.example', remoteAddress }: CallOptions = {},
): Promise<Answer> {
  const request: InjectOptions = {
    method,
    url,
    headers: { host, ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    ...(body === undefined ? {} : { payload: body }),
    ...(payload === undefined ? {} : { payload }),
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
  }
  const answer = await app.inject(request)
  const isJson = String(answer.headers['content-type'] ?? '').startsWith('application/json')
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.body,
    body: isJson && answer.body !== '' ? answer.json() : undefined,
  }
}
