import { connect, type Socket } from 'node:net'

/**
 * A process of its own that keeps connections busy with one request at a time each, and reads no more of an answer
 * than it has to. The load generator shares two cores with the server and PostgreSQL: what it saves, they get, and
 * the ceiling is that of the server and not its own.
 */
export interface LoadOrder {
  readonly port: number
  readonly connections: number
  /** Stops after so many requests, or after so many seconds, whichever comes first. */
  readonly requests: number
  readonly seconds: number
  readonly kind: 'put' | 'get' | 'batch' | 'token' | 'event' | 'zone' | 'identify' | 'purchase' | 'list'
  readonly key: string
  /** Of the devices that send events and the like, taken in turn. */
  readonly tokens?: readonly string[]
  /** Who buys, taken in turn; their ids on the wire. */
  readonly customers?: readonly string[]
  /** Lists that are asked for, in turn. */
  readonly paths?: readonly string[]
  /** Ids are taken in turn from `firstId` up to `firstId + ids`. */
  readonly firstId: number
  readonly ids: number
}

export interface LoadResult {
  readonly answered: number
  /** Answers that were not 2xx. */
  readonly failed: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** The last answer's body of every connection. */
  readonly lastBodies: readonly string[]
}

const batchSize = 1000

process.once('message', (order: LoadOrder) => {
  void run(order).then((result) => {
    process.send?.(result, () => process.disconnect?.())
  })
})

async function run(order: LoadOrder): Promise<LoadResult> {
  const latencies = new Float64Array(order.requests)
  const state = { sent: 0, answered: 0, failed: 0, nextId: 0 }
  const started = performance.now()
  const deadline = started + order.seconds * 1000
  const bodies = await Promise.all(
    Array.from({ length: order.connections }, () => keepBusy(order, state, latencies, deadline)),
  )
  const seconds = (performance.now() - started) / 1000
  const sorted = latencies.subarray(0, state.answered).sort()
  const quantile = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
  return {
    answered: state.answered,
    failed: state.failed,
    seconds,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    lastBodies: bodies,
  }
}

function keepBusy(
  order: LoadOrder,
  state: { sent: number; answered: number; failed: number; nextId: number },
  latencies: Float64Array,
  deadline: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(order.port, '127.0.0.1')
    socket.setNoDelay(true)
    let sentAt = 0
    let received = ''
    let lastBody = ''

    function send(): void {
      if (state.sent >= order.requests || performance.now() > deadline) {
        socket.end()
        resolve(lastBody)
        return
      }
      state.sent++
      sentAt = performance.now()
      socket.write(requestText(order, state))
    }

    socket.on('connect', send)
    socket.on('error', reject)
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      received += chunk
      const headEnd = received.indexOf('\r\n\r\n')
      if (headEnd === -1) return
      const length = contentLength(received, headEnd)
      if (received.length < headEnd + 4 + length) return
      latencies[state.answered++] = performance.now() - sentAt
      // "HTTP/1.1 2": the tenth character tells whether it went well.
      if (received.charCodeAt(9) !== 50) state.failed++
      lastBody = received.slice(headEnd + 4)
      received = ''
      send()
    })
  })
}

function contentLength(head: string, headEnd: number): number {
  const at = head.toLowerCase().lastIndexOf('content-length:', headEnd)
  return at === -1 ? 0 : Number.parseInt(head.slice(at + 15, headEnd), 10)
}

function requestText(order: LoadOrder, state: { nextId: number }): string {
  const { tokens } = order
  if (order.kind === 'token') return post('/api/v5/token', undefined, '{}')
  if (order.paths) return get(order.paths[state.nextId++ % order.paths.length] ?? '', order.key)
  if (order.customers) {
    const customer = order.customers[state.nextId % order.customers.length] ?? ''
    return post(
      `${enterprise}/purchases/actions/send-purchase`,
      order.key,
      purchaseText(state.nextId++, customer),
    )
  }
  if (tokens) return consumerRequestText(order.kind, tokens, state.nextId++)
  const headers = `Host: x\r\nX-XNG-AuthToken: ${order.key}\r\nX-XNG-ApiVersion: 2\r\n`
  if (order.kind === 'get') {
    // A fixed stride through the ids, so that reads do not follow the order of storage.
    const id = order.firstId + ((state.nextId++ * 7919) % order.ids)
    return `GET /users/u${id} HTTP/1.1\r\n${headers}\r\n`
  }
  if (order.kind === 'put') {
    const body = userText(order.firstId + (state.nextId++ % order.ids))
    return `PUT /users HTTP/1.1\r\n${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  }
  const users: string[] = []
  for (let i = 0; i < batchSize; i++) users.push(userText(order.firstId + (state.nextId++ % order.ids)))
  const body = `{"updated":[${users.join(',')}],"deleted":[]}`
  return `POST /users/batch HTTP/1.1\r\n${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

/** What a browser sends: an event, the asking for a zone, or who its user is. */
function consumerRequestText(kind: LoadOrder['kind'], tokens: readonly string[], n: number): string {
  const device = n % tokens.length
  const token = tokens[device]
  if (kind === 'identify') return post('/api/v4/me', token, `{"email":"customer.${device}@example.com"}`)
  const data = `{"category":"coffee","product":"C-${n % 1000}","price":${(n % 100) + 0.9},"currency":"EUR"}`
  if (kind === 'zone') return post('/api/v6/zones', token, `{"event_name":"share_panel","data":${data}}`)
  return post('/api/v6/events', token, `{"event_name":"product_viewed","data":${data}}`)
}

const enterprise = '/webservice/rest-api/enterprise-interface/v1.0'
/** Tells the bills of this load from those of the one before. */
const till = Date.now().toString(36)

/** Two things bought, for 20 to 120 euros. */
function purchaseText(n: number, customer: string): string {
  const [one, other] = [10 + (n % 50), 10.5 + (n % 51)]
  const items = [one, other].map(
    (paid, i) =>
      `{"bill_item_id":"${i}","plu_ids":[{"list_code":"GLOBAL","code":"P-${(n + i) % 1000}"}],"plu_name":"Scoop","category_plu_id":"ice","vat_rate":20,"quantity":1,"paid_amount":${paid},"price":${paid},"purchase_item_type_id":"standard"}`,
  )
  return `{"store_id":"prague-hq","customer_id":"${customer}","bill":{"bill_id":"${till}-${n}","payment_time":"2026-03-10 15:05:49","currency_id":"EUR","total_price":${one + other},"bill_items":[${items.join(',')}]}}`
}

function get(path: string, token: string): string {
  return `GET ${enterprise}${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`
}

function post(path: string, token: string | undefined, body: string): string {
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`
  return `POST ${path} HTTP/1.1\r\nHost: x\r\n${authorization}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

let version = 0

/** An ordinary customer of a shop, in ASCII; each time with another value, so that an update changes something. */
export function userText(id: number): string {
  version++
  return `{"id":"u${id}","email":"customer.${id}@example.com","businessUnit":"DE","firstName":"Katharina","lastName":"Novak-${id % 1000}","birthday":"1982-08-30","createdAt":"2015-10-02T08:23:53Z","orderCount":${version % 100000},"lifetimeValue":${(version % 9973) + 0.5},"newsletter":true,"favouriteColors":["red","green"],"mobile":"+49170${1000000 + (id % 8999999)}"}`
}
