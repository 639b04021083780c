import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../log.ts'
import { type App, createApp } from './app.ts'

let app: App
beforeAll(async () => {
  app = createApp({ trustedProxies: [] }, createLogger('silent'))
  app.get('/a', async ({ url }) => ({ url }))
  app.all('/b/*', async ({ method }) => ({ method }))
  await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => app.close())

/** The first line of the answer, and its body. */
async function ask(line: string): Promise<readonly [string | undefined, string | undefined]> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`${line} HTTP/1.1\r\nHost: x.example\r\nConnection: close\r\n\r\n`)
  const answer = await text(socket)
  return [answer.split('\r\n')[0], answer.split('\r\n\r\n')[1]]
}

test('a request that names the origin with the path, as through a proxy, is one of the path', async () => {
  expect(await ask('GET http://x.example/a?b=http://y')).toEqual([
    'HTTP/1.1 200 OK',
    '{"url":"/a?b=http://y"}',
  ])
  for (const nothing of ['http://x.example', 'HTTPS://x.example:8080?a', '*']) {
    expect((await ask(`GET ${nothing}`))[0], nothing).toBe('HTTP/1.1 404 Not Found')
  }
})

test('where nothing is, nothing is, whatever a request brings (S1)', async () => {
  for (const payload of ['', '{', '{"a":1}', 'x'.repeat(2 * 1024 * 1024)]) {
    const headers = { 'content-type': 'application/json' }
    const { statusCode } = await app.inject({ method: 'PUT', url: '/nothing', headers, payload })
    expect(statusCode, payload.slice(0, 10)).toBe(404)
  }
})

test('a method that no route takes reaches what takes them all (S1)', async () => {
  for (const method of ['PATCH', 'TRACE', 'PROPFIND', 'LOCK']) {
    expect(await ask(`${method} /b/c`)).toEqual(['HTTP/1.1 200 OK', JSON.stringify({ method })])
  }
})

test('what comes on a busy connection while the server stops is still answered, and the connection ends', async () => {
  const stopping = createApp({ trustedProxies: [] }, createLogger('silent'))
  const held = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  stopping.get('/slow', async () => {
    arrived.resolve()
    await held.promise
    return { slow: true }
  })
  stopping.get('/late', async () => ({ late: true }))
  await stopping.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect((stopping.server.address() as AddressInfo).port, '127.0.0.1')
  const answers = text(socket)
  socket.write('GET /slow HTTP/1.1\r\nHost: x.example\r\n\r\n')
  await arrived.promise
  const closed = stopping.close()
  while (stopping.server.listening) await new Promise(setImmediate)
  socket.write('GET /late HTTP/1.1\r\nHost: x.example\r\n\r\n')
  await once(stopping.server, 'request')
  held.resolve()
  expect(await answers).toMatch(
    /^HTTP\/1\.1 200 OK.*{"slow":true}HTTP\/1\.1 200 OK.*connection: close.*{"late":true}$/is,
  )
  await closed
})
