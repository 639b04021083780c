import { Type } from 'typebox'
import { listParameters } from './lists/list-query.ts'
import { collectionOf, listKeyOf, type Route } from './route.ts'
import { ErrorAnswer } from './schemas/errors.ts'
import { Count, object, type Shown } from './schemas/values.ts'
import { objectSchema } from './values/reader.ts'

/** Where a route answers that does not on both interfaces. */
const servers = {
  both: undefined,
  customer: [{ url: '/rest-api/customer-interface/v1.0' }],
  enterprise: [{ url: '/rest-api/enterprise-interface/v1.0' }],
} as const

/** What the OpenAPI document says of a route; nothing of it validates: the readers do. */
export function documentRoute(route: Route): object {
  const { path, method, query, body, answers, open, summary, sortBy, interfaces } = route
  const params = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  const isList = answers === 'list'
  const hasQuery = isList || Object.keys(query).length > 0
  const server = servers[interfaces]
  return {
    summary,
    description: describe(route),
    tags: [path.split('/')[1] ?? ''],
    ...(server && { servers: server }),
    ...(open === undefined ? {} : { security: [] }),
    params: {
      type: 'object',
      properties: Object.fromEntries(
        params.map((name) => [name, { type: 'string', description: `Of ${collectionOf(path, name)}.` }]),
      ),
    },
    ...(hasQuery
      ? {
          querystring: {
            ...objectSchema(query),
            properties: {
              ...Object.fromEntries(Object.entries(query).map(([name, { schema }]) => [name, schema])),
              ...(isList ? listParameters(sortBy ?? {}) : {}),
            },
          },
        }
      : {}),
    ...((method === 'POST' || method === 'PUT') && Object.keys(body).length > 0
      ? { body: objectSchema(body) }
      : {}),
    response: { ...documentAnswer(route), '4xx': ErrorAnswer },
  }
}

/** Where it answers, and to whom. */
function describe({ interfaces, guardedBy }: Route): string {
  if (interfaces === 'customer') return 'Customer interface alone.'
  if (interfaces === 'enterprise') return 'Enterprise interface alone.'
  return guardedBy === undefined
    ? ''
    : `On the customer interface where \`carecloud.customerInterface.allow\` names \`${guardedBy}\`.`
}

function documentAnswer(route: Route): object {
  const { answers, shows = {} } = route
  const shown = object(shows)
  switch (answers) {
    case 'nothing':
      return { 204: { type: 'null', description: 'Done.' } }
    case 'created':
      return { 201: answer('The id of what was made.', { data: shown }) }
    case 'created-twice':
      return { 201: answer('The id of what was made, in data and beside it.', { data: shown, ...shows }) }
    case 'object':
      return { 200: answer('The object.', { data: shown }) }
    case 'list':
      return {
        200: answer('A page of the list, and how many there are in all.', {
          data: object({ [listKeyOf(route)]: Type.Array(shown), total_items: Count }),
        }),
      }
  }
}

function answer(description: string, members: Shown): object {
  return { ...object(members), description }
}
