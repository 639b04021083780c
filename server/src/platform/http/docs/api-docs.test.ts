import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { documentApi } from './api-docs.ts'

async function documented() {
  const app = Fastify()
  await app.register(async (scope) => {
    await documentApi(scope, {
      name: 'cards',
      title: 'Cards',
      description: 'Cards and their holders.',
      credentials: { key: { type: 'apiKey', in: 'header', name: 'X-Key', description: 'A key.' } },
      groups: { Cards: 'What there is.' },
      base: { at: '/v1/:side', servers: [{ url: '/v1/front', description: 'Front' }] },
    })
    const note = { type: 'object', properties: { note: { type: 'string' } } }
    scope.post('/v1/:side/cards', { schema: { tags: ['Cards'], body: note } as object }, () => '')
    scope.put('/v1/:side/cards', { schema: { body: { ...note, required: ['note'] } } as object }, () => '')
  })
  return app
}

test('paths are told without what they all begin with, and groups with what they are about', async () => {
  await using app = await documented()
  const document = (await app.inject('/docs/cards/json')).json()
  expect([document.servers, Object.keys(document.paths), document.tags]).toEqual([
    [{ url: '/v1/front', description: 'Front' }],
    ['/cards'],
    [{ name: 'Cards', description: 'What there is.' }],
  ])
})

test('a body of which nothing is required may be left out', async () => {
  await using app = await documented()
  const { post, put } = (await app.inject('/docs/cards/json')).json().paths['/cards']
  expect([post.requestBody.required, put.requestBody.required]).toEqual([false, true])
})

test('the page is given the search, the style and the script that stand beside this', async () => {
  await using app = await documented()
  const page = (await app.inject('/docs/cards')).body
  for (const file of ['docs-page.css', 'docs-page.js']) {
    expect(page).toContain(`/docs/cards/static/theme/${file}`)
    expect((await app.inject(`/docs/cards/static/theme/${file}`)).statusCode).toBe(200)
  }
  expect((await app.inject('/docs/cards/static/swagger-initializer.js')).body).toContain('opsFilter')
})
