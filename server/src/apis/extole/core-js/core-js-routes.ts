import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Type } from 'typebox'
import type { ExtoleRoutes } from '../extole-api.ts'
import { document } from '../schemas/route-document.ts'

const source = readFileSync(new URL('core.js', import.meta.url))
const etag = `"${createHash('sha256').update(source).digest('base64url').slice(0, 22)}"`

/** The browser library (E125–E128). It is the same for everybody, so nobody is asked who they are. */
export const coreJsRoutes: ExtoleRoutes = (scope) => {
  for (const path of ['/core.js', '/core-loader.js']) {
    scope.get(
      path,
      {
        config: { access: 'free' },
        schema: document({
          group: 'Web',
          summary: 'The browser library',
          answer: Type.String({ description: 'JavaScript.' }),
        }),
      },
      async (request, reply) => {
        reply
          .header('Cache-Control', 'public, max-age=3600')
          .header('ETag', etag)
          // Pages that isolate themselves load only what says that they may.
          .header('Cross-Origin-Resource-Policy', 'cross-origin')
          .type('application/javascript; charset=utf-8')
        const known = request.headers['if-none-match']
          ?.split(',')
          .map((tag) => tag.trim().replace(/^W\//, ''))
        return known?.includes(etag) ? reply.code(304).send() : reply.send(source)
      },
    )
  }
}
