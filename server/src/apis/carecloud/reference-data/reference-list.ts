import type { Workspace } from '../../../core/workspaces/workspace.ts'
import { holds, type Presented, pageOf } from '../lists/list-in-memory.ts'
import { anyOf } from '../lists/list-query.ts'
import { type Route, route } from '../route.ts'
import { referenceObject } from '../schemas/reference-data.ts'
import type { Reader } from '../values/reader.ts'
import { text } from '../values/scalars.ts'
import { presentTime } from '../values/times.ts'

/** What reference data is presented by: the workspace file, and the languages names are wanted in. */
export interface Viewpoint {
  readonly workspace: Workspace
  readonly languages: readonly string[]
}

/** A filter of a list: how its value is read, and which objects it keeps. */
export interface Filter<T = unknown> {
  readonly reader: Reader<T>
  keeps(object: Presented, value: T, workspace: Workspace): boolean
}

interface ReferenceList {
  /** `/interests`. */
  readonly path: string
  /** The field that is its id, and the parameter of its item's path. */
  readonly idName: string
  /** Fields that a list can be sorted by: those that are no object and no list (L38). */
  readonly fields: readonly string[]
  readonly filters?: Readonly<Record<string, Filter>>
  readonly listKey?: string
  /** No credential is asked for (L25). */
  readonly open?: true
  /** There is no path for one of it. */
  readonly noItem?: true
  /** All of them in the order of the file, without `last_change`. */
  objects(viewpoint: Viewpoint): readonly Presented[]
}

/** The routes of a list that the workspace file holds, and of each of its items (9.4, L31). */
export function referenceList(list: ReferenceList): readonly Route[] {
  const { path, idName, fields, filters = {}, listKey, open, noItem } = list
  const shared = { method: 'GET', interfaces: 'both', ...(open ? { open } : {}) } as const
  const name = path.slice(1).replaceAll('-', ' ')

  const all = route({
    ...shared,
    path,
    summary: `List ${name}`,
    ...(listKey === undefined ? {} : { listKey }),
    query: Object.fromEntries(Object.entries(filters).map(([key, { reader }]) => [key, reader])),
    answers: 'list',
    shows: referenceObject(path),
    sortBy: sortedBy(fields),
    handle(call) {
      const { workspace, query } = call
      const given = Object.entries(filters).filter(([key]) => query[key] !== undefined)
      const kept = list
        .objects(call)
        .filter((object) => given.every(([key, filter]) => filter.keeps(object, query[key], workspace)))
      return pageOf(
        kept.map((object) => withChange(object, workspace)),
        call.list,
        call.languages[0] ?? '',
      )
    },
  })
  if (noItem) return [all]
  const item = route({
    ...shared,
    path: `${path}/:${idName}`,
    summary: `One of the ${name}`,
    find: (call) => {
      const params: Readonly<Record<string, string>> = call.params
      return list.objects(call).find((object) => object[idName] === params[idName])
    },
    answers: 'object',
    shows: referenceObject(path),
    handle: ({ found, workspace }) => withChange(found, workspace),
  })
  return [all, item]
}

/** Reference data changed when the workspace file did. */
export function withChange(object: Presented, workspace: Workspace): Presented {
  return { ...object, last_change: presentTime(workspace.settingsChangedAt, workspace) }
}

/** Each field is an order of its own name; so is `last_change`. */
export function sortedBy(fields: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries([...fields, 'last_change'].map((field) => [field, field]))
}

/** Keeps what holds the value in a text, without regard to case (L40). */
export function part(field: string): Filter {
  return filterOf(text(), (object, value) => holds(String(object[field]), value))
}

/** Keeps what has exactly the value. */
export function exact(field: string): Filter {
  return filterOf(text(), (object, value) => object[field] === value)
}

/** Keeps what has one of the values (L39). */
export function among(field: string): Filter {
  return filterOf(anyOf(text()), (object, values) => values.includes(String(object[field])))
}

export function filterOf<T>(
  reader: Reader<T>,
  keeps: (object: Presented, value: T, workspace: Workspace) => boolean,
): Filter {
  // The value that it is given was read by its own reader.
  return { reader, keeps: keeps as Filter['keeps'] }
}
