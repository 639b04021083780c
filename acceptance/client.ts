import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** One request as it goes over the wire: nothing is encoded, resolved, added or normalised, as `fetch` would do. */
export interface Call {
  readonly method: string
  readonly path: string
  /** A header whose value is undefined is not sent. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Sent with any method, GET and DELETE included. */
  readonly body?: string | Uint8Array | undefined
  /** Sends the body without a Content-Length. */
  readonly chunked?: boolean
}

export interface Reply {
  readonly call: Call
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type Fields = Readonly<Record<string, unknown>>

const chunkBytes = 65_536
const replyTimeoutMs = 30_000
const plain = { request: httpRequest, agent: new HttpAgent({ keepAlive: true, maxSockets: 64 }) }
const secure = { request: httpsRequest, agent: new HttpsAgent({ keepAlive: true, maxSockets: 64 }) }

/**
 * Sends a request and reads the whole answer. An answer that comes while the body is still being sent counts;
 * a connection that ends without any answer is refused with the request in the message.
 */
export function send(baseUrl: string, call: Call): Promise<Reply> {
  const base = new URL(baseUrl)
  const { request, agent } = base.protocol === 'https:' ? secure : plain
  const body = call.body === undefined ? undefined : Buffer.from(call.body)
  const length = body && !call.chunked ? { 'content-length': String(body.length) } : {}
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: base.hostname,
      port: base.port,
      agent,
      method: call.method,
      path: base.pathname.replace(/\/$/, '') + call.path,
      headers: { ...definedOnly(call.headers ?? {}), ...length },
    })
    let answered = false
    outgoing.on('response', (incoming) => {
      answered = true
      const parts: Buffer[] = []
      incoming.on('data', (part: Buffer) => parts.push(part))
      incoming.on('error', reject)
      incoming.on('end', () => {
        if (!outgoing.writableEnded) outgoing.destroy()
        resolve({
          call,
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(parts),
        })
      })
    })
    outgoing.on('error', (cause) => {
      if (!answered) reject(new Error(`no answer to ${call.method} ${call.path.slice(0, 200)}`, { cause }))
    })
    outgoing.setTimeout(replyTimeoutMs, () => outgoing.destroy(new Error(`silent for ${replyTimeoutMs} ms`)))
    if (body === undefined || body.length <= chunkBytes) outgoing.end(body)
    else sendInPieces(body, outgoing)
  })
}

/** The JSON document of an answer; an answer that is none fails with what it is. */
export function jsonOf(reply: Reply): unknown {
  try {
    return JSON.parse(reply.body.toString('utf8'))
  } catch (cause) {
    throw new Error(`${describeReply(reply)} is not JSON`, { cause })
  }
}

/** The JSON object of an answer. */
export function fieldsOf(reply: Reply): Fields {
  const body = jsonOf(reply)
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  throw new Error(`${describeReply(reply)} is no JSON object`)
}

/** Status and, where there is one, body: what tells two answers apart. */
export function answerOf(reply: Reply): { readonly status: number; readonly body: unknown } {
  return { status: reply.status, body: reply.body.length === 0 ? '' : jsonOf(reply) }
}

export function describeReply(reply: Reply): string {
  const { method, path } = reply.call
  const text = reply.body.toString('utf8')
  return `${method} ${path.slice(0, 200)} → ${reply.status} ${text ? text.slice(0, 500) : '(empty)'}`
}

function sendInPieces(body: Buffer, outgoing: ReturnType<typeof httpRequest>): void {
  let offset = 0
  const next = (): void => {
    while (offset < body.length && !outgoing.destroyed) {
      const piece = body.subarray(offset, offset + chunkBytes)
      offset += piece.length
      if (!outgoing.write(piece)) {
        outgoing.once('drain', next)
        return
      }
    }
    if (!outgoing.destroyed) outgoing.end()
  }
  next()
}

function definedOnly(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
}
