import type { FastifyRequest } from 'fastify'
import type { ExtoleRoutes } from '../extole-api.ts'
import { document } from '../schemas/route-document.ts'
import { Shareable, Shareables, shareableFilters } from '../schemas/shareables.ts'
import { findOwn, listOwn } from './own-shareables.ts'
import { presentShareable } from './present-shareable.ts'

/** Reading one's own share codes, which versions 5 and 6 do alike (E72). */
export function readOwnRoutes(version: 'v5' | 'v6'): ExtoleRoutes {
  return (scope, dependencies) => {
    const { database } = dependencies

    scope.get(
      `/${version}/me/shareables`,
      {
        schema: document({
          group: 'Shareables',
          summary: "The caller's share codes",
          query: shareableFilters,
          answer: Shareables,
        }),
      },
      async (request) => {
        const found = await database.inWorkspace(request.workspace.id, (connection) =>
          listOwn(connection, request),
        )
        return found.map((shareCode) => presentShareable(dependencies, request.workspace, shareCode))
      },
    )

    scope.get(
      `/${version}/me/shareables/:code`,
      {
        schema: document({
          group: 'Shareables',
          summary: "One of the caller's share codes",
          answer: Shareable,
        }),
      },
      async (request) => {
        const found = await database.inWorkspace(request.workspace.id, (connection) =>
          findOwn(connection, request, codeParameter(request)),
        )
        return presentShareable(dependencies, request.workspace, found)
      },
    )
  }
}

export function codeParameter(request: FastifyRequest): string {
  return (request.params as { code: string }).code
}
