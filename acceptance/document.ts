import { expect, inject } from 'vitest'
import { describeReply, jsonOf, type Reply, send } from './client.ts'

/** An API's OpenAPI document, as far as answers are held to it. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
interface Operation {
  readonly tags?: readonly string[]
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>
}
interface Media {
  readonly schema: Schema
}
interface Schema {
  readonly type?: string
  readonly nullable?: boolean
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
  readonly items?: Schema
}

const documents = new Map<string, Promise<Document>>()

/**
 * Holds an answer to what `/docs` says of its operation: a status that is there, each field that is there, of its
 * type, and no other. Answers of paths that no operation has are not looked at.
 *
 * @param path as the document writes it, its parameters filled in
 * @param isMeant tells operations of one path and method apart
 */
export async function expectDocumented(
  reply: Reply,
  api: string,
  path: string,
  isMeant: (operation: Operation) => boolean = () => true,
): Promise<void> {
  const found = operationAt(await documentOf(api), reply.call.method, path, isMeant)
  if (!found || !String(reply.headers['content-type'] ?? 'application/json').includes('json')) return
  const response = found.responses[reply.status] ?? found.responses[`${String(reply.status)[0]}XX`]
  const told = `/docs/${api} of ${describeReply(reply)}`
  if (!response) {
    expect(reply.status, `${told}: no such status`).toBeGreaterThanOrEqual(400)
    return
  }
  const schema = Object.values(response.content ?? {})[0]?.schema
  if (schema === undefined) expect(reply.body.length, `${told}: no body`).toBe(0)
  else if (reply.body.length > 0) expect(faultsOf(schema, jsonOf(reply), 'body'), told).toEqual([])
}

function documentOf(api: string): Promise<Document> {
  const known = documents.get(api)
  if (known) return known
  const read = send(inject('baseUrl'), { method: 'GET', path: `/docs/${api}/json` }).then(
    (reply) => jsonOf(reply) as Document,
  )
  documents.set(api, read)
  return read
}

/** Fixed words go before parameters, as they do in a router. */
function operationAt(
  { paths }: Document,
  method: string,
  path: string,
  isMeant: (operation: Operation) => boolean,
): Operation | undefined {
  const asked = path.replace(/\?.*$/s, '').replace(/\/$/, '').split('/')
  const fitting = Object.entries(paths).flatMap(([template, operations]) => {
    const segments = template.replace(/#.*$/, '').split('/')
    const operation = operations[method.toLowerCase()]
    const fits =
      segments.length === asked.length &&
      segments.every((segment, index) => segment.startsWith('{') || segment === asked[index])
    return fits && operation && isMeant(operation) ? [{ template, operation }] : []
  })
  const parameters = (template: string) => template.split('{').length
  return fitting.toSorted((one, other) => parameters(one.template) - parameters(other.template))[0]?.operation
}

function faultsOf(schema: Schema, value: unknown, place: string): readonly string[] {
  if (value === null && schema.nullable) return []
  if (schema.anyOf) {
    const each = schema.anyOf.map((one) => faultsOf(one, value, place))
    return each.some((faults) => faults.length === 0) ? [] : [`${place} fits none of its kinds`]
  }
  if (schema.enum && !schema.enum.includes(value)) return [`${place} is ${JSON.stringify(value)}`]
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  const wanted = schema.type === 'integer' ? 'number' : schema.type
  if (wanted !== undefined && wanted !== kind) return [`${place} is of kind ${kind}, not ${schema.type}`]
  if (Array.isArray(value) && schema.items) {
    const { items } = schema
    return value.flatMap((item, index) => faultsOf(items, item, `${place}[${index}]`))
  }
  if (kind !== 'object' || !schema.properties) return []
  return faultsOfMembers(schema, value as object, place)
}

function faultsOfMembers(
  { properties = {}, required = [], additionalProperties }: Schema,
  value: object,
  place: string,
): readonly string[] {
  const missing = required.filter((name) => !Object.hasOwn(value, name))
  return [
    ...missing.map((name) => `${place}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const schema = properties[name]
      if (schema) return faultsOf(schema, member, `${place}.${name}`)
      return additionalProperties ? [] : [`${place}.${name} is not documented`]
    }),
  ]
}
