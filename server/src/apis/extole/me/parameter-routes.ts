import type { FastifyRequest } from 'fastify'
import { type Parameter, writeParameters } from '../../../core/identity/parameters.ts'
import { retried } from '../../../core/identity/retried.ts'
import { rightsOf } from '../../../core/identity/trust.ts'
import type { JsonObject } from '../../../core/profiles/json-object.ts'
import { isLongerThan } from '../../../core/profiles/text.ts'
import { callerOf } from '../consumer.ts'
import { ExtoleError } from '../errors.ts'
import type { ExtoleDependencies, ExtoleRoutes } from '../extole-api.ts'
import { malformed, objectField, textField } from '../read-field.ts'
import { NewParameter, NewParameters, Parameters } from '../schemas/people.ts'
import { StartedWithStatus } from '../schemas/pollings.ts'
import { document } from '../schemas/route-document.ts'
import { settleCaller } from '../settle-caller.ts'
import { uniqueId } from '../unique-id.ts'
import { presentParameters } from './present-person.ts'
import { readCaller } from './read-caller.ts'

/** `/v4/me/parameters` (E61–E63). */
export const parameterRoutes: ExtoleRoutes = (scope, dependencies) => {
  const { database } = dependencies

  scope.get(
    '/v4/me/parameters',
    { schema: document({ group: 'Me', summary: "The caller's parameters", answer: Parameters }) },
    async (request) => {
      const person = await readCaller(database, request)
      return presentParameters(person.parameters)
    },
  )

  scope.post(
    '/v4/me/parameters',
    {
      config: { bodies: 'form' },
      schema: document({
        group: 'Me',
        summary: 'Write parameters',
        body: NewParameters,
        answer: StartedWithStatus,
      }),
    },
    async (request) => {
      if (!request.hasInput) throw new ExtoleError('missing_request_body')
      const values = objectField(request.input, 'parameters') ?? {}
      return await write(dependencies, request, values, readType(request.input) ?? 'private')
    },
  )

  scope.put(
    '/v4/me/parameters/:name',
    {
      config: { bodies: 'form' },
      schema: document({
        group: 'Me',
        summary: 'Write one parameter',
        body: NewParameter,
        answer: StartedWithStatus,
      }),
    },
    async (request) => {
      if (!request.hasInput) throw new ExtoleError('missing_request_body')
      const { name } = request.params as { name: string }
      return await write(
        dependencies,
        request,
        { [name]: request.input.value ?? null },
        readType(request.input),
      )
    },
  )
}

type ParameterType = Parameter['visibility'] | 'client'

const types = { PUBLIC: 'public', PRIVATE: 'private', CLIENT: 'client' } as const

function readType(input: JsonObject): ParameterType | undefined {
  const type = textField(input, 'type')
  if (type === undefined) return undefined
  if (!Object.hasOwn(types, type)) throw malformed('type', type)
  return types[type as keyof typeof types]
}

async function write(
  { database }: ExtoleDependencies,
  request: FastifyRequest,
  values: JsonObject,
  type: ParameterType | undefined,
): Promise<object> {
  const { workspace } = request
  if (!rightsOf(callerOf(request).standing).writeProfile) throw new ExtoleError('access_denied')
  for (const [name, value] of Object.entries(values)) {
    if (type === 'client') throw clientParameter(request, name)
    checkName(name)
    if (isLongerThan(JSON.stringify(value), longestValue)) {
      throw new ExtoleError('client_params_value_length_out_of_range', { name })
    }
  }
  if (type !== 'client') {
    await retried(() =>
      database.transaction(workspace.id, async (connection) => {
        const standing = await settleCaller(connection, request)
        if (!rightsOf(standing).writeProfile) throw new ExtoleError('access_denied')
        await writeParameters(connection, workspace.id, standing.profileId, values, type)
      }),
    )
  }
  return { polling_id: uniqueId(), status: 'SUCCEEDED' }
}

const longestValue = 2000
const longestName = 200

/** The fields of `GET me`. */
const fieldsOfMe: ReadonlySet<string> = new Set([
  'id',
  'email',
  'first_name',
  'last_name',
  'profile_picture_url',
  'partner_user_id',
  'cookie_consent',
  'cookie_consent_type',
  'processing_consent',
  'processing_consent_type',
  'parameters',
  'locale',
])

function checkName(name: string): void {
  if (name.length > longestName) {
    throw new ExtoleError('client_params_name_length_out_of_range', { name: name.slice(0, longestName) })
  }
  if (!/^[A-Za-z0-9._-]+$/.test(name)) throw new ExtoleError('invalid_name', { name })
  if (fieldsOfMe.has(name)) throw new ExtoleError('read_only_name', { name })
}

/** Attributes are the company's: no consumer writes them (E62). */
function clientParameter({ workspace }: FastifyRequest, name: string): ExtoleError {
  const code = workspace.attributes.has(name) ? 'read_only_name' : 'client_param_not_found'
  return new ExtoleError(code, { name: name.slice(0, longestName) })
}
