import type { JsonObject } from '../../core/profiles/json-object.ts'
import type { Workspace } from '../../core/workspaces/workspace.ts'
import type { Consumer } from './consumer.ts'

/**
 * What a route asks of its caller.
 *
 * - `token`: an access token in the query, a header or, where `bodyToken` says so, the body; else 403 (E16)
 * - `optional`: one that is good is taken, any other is as good as none (E40)
 * - `cookie`: a token from anywhere; without any, or with a stale cookie, the route makes one (v4/token)
 * - `web`: a token from anywhere; without a good one a device is allocated (E17)
 * - `key`: a workspace key of kind `master` (E55)
 * - `open`: nothing; the host names the workspace
 * - `free`: nothing, and no workspace either
 */
type Access = 'token' | 'optional' | 'cookie' | 'web' | 'key' | 'open' | 'free'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Absent: `token`. */
    access?: Access
    /** The token may stand in a cookie as well (E15, 3); with `web` and `cookie` it always may. */
    cookieToken?: true
    /** The token may stand in the body's `access_token` (E15, 4). */
    bodyToken?: true
    /** Bodies beside JSON: HTML forms; `beacon`: also multipart and JSON as text/plain (E6). */
    bodies?: 'form' | 'beacon'
    /**
     * Sends an event: the answer says which token to use from now on, also where it is an error (E30), and a JWT in the
     * header is the event's like one in the body, so that a refused event changes nothing (E48, E103).
     */
    sendsEvent?: true
    /** Errors are answered with 200 and headers, with this kind of body (E103). */
    webErrors?: 'event' | 'zone'
    /** May answer HTML (E52). */
    page?: true
    /** The path is not this API's alone, so other methods of it are not answered as 405. */
    sharedPath?: true
  }
  interface FastifyRequest {
    workspace: Workspace
    /** Who calls; set where the route's `access` found or made one. */
    caller: Consumer | undefined
    /** The body, or an empty object: JSON or a form, its texts fit to be stored. */
    input: JsonObject
    /** Whether there was a body at all. */
    hasInput: boolean
    /** Digits that are new for each request; in the log, and in its error (E116). */
    uniqueId: string
    startedAtMs: number
    authMs: number
    /**
     * No cookie is set: the client brought a token in another place, good or not, and so manages it itself (E19), or a
     * cookie from an origin that may not bring one (E20).
     */
    withoutCookies: boolean
    /** Shown in `X-Extole-Log` (E120). */
    campaignId: string | undefined
  }
}
