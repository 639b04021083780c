import type { Loyalty } from '../workspaces/file/sections/loyalty.ts'
import type { Workspace } from '../workspaces/workspace.ts'

export type PointType = Loyalty['pointTypes'][number]

/** The type of this id; without an id the one marked `default`, else the first (L96). Undefined: there is none. */
export function findPointType({ settings }: Workspace, id: string | undefined): PointType | undefined {
  const { pointTypes } = settings.loyalty
  if (id !== undefined) return pointTypes.find((type) => type.id === id)
  return pointTypes.find((type) => type.default) ?? pointTypes[0]
}
