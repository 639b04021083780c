import type { FastifyReply, FastifyRequest } from 'fastify'
import type { JsonObject } from '../../core/profiles/json-object.ts'
import type { Call } from './call.ts'
import type { CareCloudDependencies } from './carecloud-api.ts'
import { asSent } from './errors/as-sent.ts'
import { badRequest, notFound } from './errors/carecloud-error.ts'
import type { InvalidParam } from './errors/invalid-param.ts'
import { customerOfPath, openCustomerReader, resolveCustomers } from './find-customers.ts'
import { negotiateLanguages } from './languages.ts'
import { queryParameters, readListRequest } from './lists/list-query.ts'
import { reachOf } from './reach.ts'
import { readBody } from './read-body.ts'
import { collectionOf, listKeyOf, type Route } from './route.ts'
import { type Reading, readFields } from './values/reader.ts'

type Answer = (route: Route, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** What is the same in every route once its caller is known: ids of the path, query and body, one handler, one envelope. */
export function createAnswer({ database, clock }: CareCloudDependencies): Answer {
  const findCustomer = openCustomerReader(database)

  return async (route, request, reply) => {
    const { workspace, caller } = request.careCloud
    if (!workspace) throw new Error('a route was answered before its workspace was known')
    const { interface: _interface, ...params } = request.params as Readonly<Record<string, string>>
    const acceptLanguage = request.headers['accept-language']
    const call: Call = {
      workspace,
      caller,
      interface: request.careCloud.interface,
      reach: reachOf(caller),
      now: clock.now(),
      languages: negotiateLanguages(acceptLanguage, workspace.settings),
      acceptLanguage,
      address: request.ip,
    }
    const loggedIn = caller?.kind === 'token' ? caller.loggedIn : undefined
    const asker = { workspaceId: workspace.id, reach: call.reach, loggedIn }
    const { customer_id: sent } = params
    const customer =
      sent === undefined
        ? undefined
        : await customerOfPath(findCustomer, asker, sent, collectionOf(route.path, 'customer_id'))
    const found = await route.find?.({ ...call, params, customer })
    if (route.find && found === undefined) throw missing(route.path, params)

    const faults: InvalidParam[] = []
    const reading = { workspace, loggedIn, customer, faults, customers: [] }
    const given = queryParameters(request.query)
    const inQuery: Reading = { ...reading, source: 'query' }
    const faultsOfRows: InvalidParam[][] = []
    const inBody: Reading = {
      ...reading,
      source: 'body',
      customers: [],
      faultsOfRows,
      ignoredIfUnknown: new Set(),
    }
    const hasBody = Object.keys(route.body).length > 0
    const sentBody = hasBody ? readBody(request.body, request.headers['content-type']) : {}
    const read = {
      query: readFields(route.query, given, inQuery),
      // Of a route that answers no list these are unknown parameters (L6).
      list: readListRequest(route.answers === 'list' ? given : {}, route.sortBy ?? {}, inQuery),
      body: readFields(route.body, sentBody, inBody),
    }
    await Promise.all([inQuery, inBody].map((one) => resolveCustomers(findCustomer, asker, one)))
    if (faults.length > 0) throw badRequest([...faults, ...faultsOfRows.flat()])

    const answer = await handled(route, { ...call, params, customer, found, ...read }, sentBody)
    reply.header('Content-Language', call.languages[0])
    return send(reply, route, answer)
  }
}

async function handled(route: Route, call: Parameters<Route['handle']>[0], sentBody: JsonObject) {
  try {
    return await route.handle(call)
  } catch (error) {
    throw asSent(error, sentBody, call.params)
  }
}

/** 404 of the last id of a path (L41). */
function missing(path: string, params: Readonly<Record<string, string>>) {
  const name = path.match(/:\w+/g)?.at(-1)?.slice(1) ?? ''
  return notFound(collectionOf(path, name), params[name] ?? null)
}

/** L34, L36. */
function send(reply: FastifyReply, route: Route, answer: unknown): FastifyReply {
  if (route.answers === 'nothing') return reply.code(204).send()
  reply.type('application/json; charset=utf-8')
  if (route.answers === 'list') {
    const { items, total } = answer as { items: readonly object[]; total: number }
    return reply.code(200).send({ data: { [listKeyOf(route)]: items, total_items: total } })
  }
  if (route.answers === 'created-twice') return reply.code(201).send({ data: answer, ...(answer as object) })
  return reply.code(route.answers === 'created' ? 201 : 200).send({ data: answer })
}
