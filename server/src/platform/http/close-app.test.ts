import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createLogger } from '../log.ts'
import { createApp } from './app.ts'
import { closeApp } from './close-app.ts'

const head = 'HTTP/1.1\r\nHost: x.example\r\n'

async function open() {
  const app = createApp({ trustedProxies: [] }, createLogger('silent'))
  const held = Promise.withResolvers<void>()
  app.get('/slow', async () => {
    await held.promise
    return { slow: true }
  })
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  app.post('/a', async () => ({}))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const send = async (bytes: string) => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    const accepted = once(app.server, 'connection')
    const answer = text(socket).catch(() => '')
    socket.write(bytes)
    await accepted
    return answer
  }
  return { app, answer: () => held.resolve(), send }
}

test('clients that do not end what they send keep no server from stopping', async () => {
  const { app, send } = await open()
  const arrived = once(app.server, 'request')
  const answers = [
    send(`GET /slow ${head}`),
    send(`POST /a ${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`),
  ]
  await arrived
  await closeApp(app, 50)
  expect(await Promise.all(answers)).toEqual(['', ''])
})

test('what was asked before is answered', async () => {
  const { app, answer, send } = await open()
  const arrived = once(app.server, 'request')
  const asked = send(`GET /slow ${head}\r\n`)
  await arrived
  const closed = closeApp(app, 60_000)
  answer()
  expect(await asked).toContain('{"slow":true}')
  await closed
})
