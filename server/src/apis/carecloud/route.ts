import type { ListPage, ListRequest } from '../../core/lists/list-request.ts'
import type { WorkspaceSettings } from '../../core/workspaces/workspace.ts'
import type { Call } from './call.ts'
import type { SortFields } from './lists/list-query.ts'
import type { CustomerRef } from './reach.ts'
import type { Shown } from './schemas/values.ts'
import type { Fields, Read } from './values/reader.ts'

/** A name of `carecloud.customerInterface.allow` (L33). */
type Guard = WorkspaceSettings['carecloud']['customerInterface']['allow'][number]

/**
 * What a route answers, and with which status (L4, L34):
 *
 * - `object`: 200, what the handler gives is `data`
 * - `list`: 200, the handler gives a page; `sortBy` says by which fields it can be sorted
 * - `created`: 201, the handler gives `{ <resource>_id }`
 * - `created-twice`: 201, the id stands beside `data` as well (L36)
 * - `nothing`: 204
 */
export type AnswerKind = 'object' | 'list' | 'created' | 'created-twice' | 'nothing'

type HandlerResult<Kind extends AnswerKind> = Kind extends 'nothing'
  ? Promise<void>
  : Now<Kind> | Promise<Now<Kind>>

type Now<Kind extends AnswerKind> = Kind extends 'list'
  ? ListPage<object>
  : Kind extends 'object'
    ? object
    : Readonly<Record<string, string>>

/** The names of a path's parameters: `/cards/:card_id` has `card_id`. */
type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/** A call whose path is read. */
interface PathCall<Path extends string> extends Call {
  /** Percent-decoded. */
  readonly params: { readonly [Name in ParamNames<Path>]: string }
  /** The customer of a path with `:customer_id`: known, and within reach (L28). */
  readonly customer: 'customer_id' extends ParamNames<Path> ? CustomerRef : undefined
}

/** A call as its route reads it. */
interface RoutedCall<Path extends string, Query extends Fields, Body extends Fields, By extends string, Found>
  extends PathCall<Path> {
  /** What the route's `find` found. */
  readonly found: Found
  readonly query: Read<Query>
  readonly body: Read<Body>
  /** Of routes that answer a list. */
  readonly list: ListRequest<By>
}

export interface RouteDefinition<
  Path extends string,
  Query extends Fields,
  Body extends Fields,
  By extends string,
  Kind extends AnswerKind,
  Found,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `v1.0`; parameters as `:card_id`. A `:customer_id` is looked up before the handler is called. */
  readonly path: Path
  readonly interfaces: 'both' | 'customer' | 'enterprise'
  /** On the customer interface only where the workspace allows it by this name (L33). */
  readonly guardedBy?: Guard
  /**
   * True: without a credential; a good one is taken all the same (L25). `login`: whatever credential there is, is
   * not looked at (L9).
   */
  readonly open?: true | 'login'
  /** Changes nothing though it is no GET: analysts may call it (L23). */
  readonly calculates?: true
  /** Counted with the tokens and customers that an address makes (README 12). */
  readonly counted?: true
  /** With an empty body or `{}` a POST is answered as this GET (L3). */
  readonly alsoPost?: true
  /** A line for the document. */
  readonly summary: string
  readonly query?: Query
  readonly body?: Body
  readonly answers: Kind
  /** For the document: the fields of the object, of each object of the list, or the id of what was made. */
  readonly shows?: Shown
  /** The key of a list that is not the last segment of the path (L35). */
  readonly listKey?: string
  /** By the field of the listed object: the core's name of that order (L38). */
  readonly sortBy?: SortFields<By>
  /**
   * The record that the last id of the path names, looked up before the body is read (L26); undefined: 404. One that
   * the caller does not reach is not there (L29).
   */
  readonly find?: (call: PathCall<Path>) => Promise<Found | undefined> | Found | undefined
  readonly handle: (call: RoutedCall<Path, Query, Body, By, Found>) => HandlerResult<Kind>
}

/** What a path, a query and a body are read as where nobody knows which route it is. */
interface AnyCall extends Call {
  readonly params: Readonly<Record<string, string>>
  readonly customer: CustomerRef | undefined
}

/** A route whose types are forgotten, as it is kept in a list. */
export interface Route
  extends Omit<
    RouteDefinition<string, Fields, Fields, string, AnswerKind, unknown>,
    'handle' | 'find' | 'query' | 'body'
  > {
  readonly query: Fields
  readonly body: Fields
  find?(call: AnyCall): unknown
  handle(
    call: AnyCall & {
      readonly found: unknown
      readonly query: object
      readonly body: object
      readonly list: ListRequest<string>
    },
  ): unknown
}

/** Declares a route: the handler's call is typed by what the route reads. */
export function route<
  const Path extends string,
  Kind extends AnswerKind,
  Found = undefined,
  Query extends Fields = Record<never, never>,
  Body extends Fields = Record<never, never>,
  By extends string = never,
>(definition: RouteDefinition<Path, Query, Body, By, Kind, Found>): Route {
  // What the handler is given was read by the very readers that its types come from.
  return { query: {}, body: {}, ...definition } as unknown as Route
}

/** The segments of a route's path that are fixed: `['cards']` of `/cards/:card_id`. */
function fixedSegments(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '' && !segment.startsWith(':'))
}

/** L35: the last segment, with `_` for `-`. */
export function listKeyOf({ path, listKey }: Pick<Route, 'path' | 'listKey'>): string {
  return listKey ?? (fixedSegments(path).at(-1) ?? '').replaceAll('-', '_')
}

/** The collection nearest to an id of the path: what a 404 names (L41). */
export function collectionOf(path: string, param: string): string {
  const segments = path.split('/')
  return segments[segments.indexOf(`:${param}`) - 1] ?? ''
}
