import { listParameters } from './lists/list-query.ts'
import { collectionOf, listKeyOf, type Route } from './route.ts'
import { objectSchema } from './values/reader.ts'

const interfaceNames = {
  both: ['customer-interface', 'enterprise-interface'],
  customer: ['customer-interface'],
  enterprise: ['enterprise-interface'],
} as const

/** What the OpenAPI document says of a route; nothing of it validates: the readers do. */
export function documentRoute(route: Route): object {
  const { path, method, query, body, answers, open, summary, sortBy, guardedBy } = route
  const params = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  const isList = answers === 'list'
  const hasQuery = isList || Object.keys(query).length > 0
  return {
    summary,
    tags: [path.split('/')[1] ?? ''],
    ...(guardedBy === undefined
      ? {}
      : { description: `On the customer interface where the workspace allows \`${guardedBy}\`.` }),
    ...(open === undefined ? {} : { security: [] }),
    params: {
      type: 'object',
      properties: {
        interface: { type: 'string', enum: interfaceNames[route.interfaces] },
        ...Object.fromEntries(
          params.map((name) => [name, { type: 'string', description: `Of ${collectionOf(path, name)}.` }]),
        ),
      },
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
    ...(method === 'POST' || method === 'PUT' ? { body: objectSchema(body) } : {}),
    response: documentAnswer(route),
  }
}

function documentAnswer(route: Route): object {
  switch (route.answers) {
    case 'nothing':
      return { 204: { type: 'null', description: 'Done.' } }
    case 'created':
    case 'created-twice':
      return { 201: { description: 'The id of what was made.', ...data({}) } }
    case 'object':
      return { 200: { description: 'The object.', ...data({}) } }
    case 'list':
      return {
        200: {
          description: 'A page of the list.',
          ...data({
            [listKeyOf(route)]: { type: 'array', items: { type: 'object' } },
            total_items: { type: 'integer' },
          }),
        },
      }
  }
}

function data(properties: object): object {
  return { type: 'object', properties: { data: { type: 'object', properties } } }
}
