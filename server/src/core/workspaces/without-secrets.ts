import type { WorkspaceFile } from './file/workspace-file.ts'
import type { WorkspaceSettings } from './workspace.ts'

/** The file as it is kept: settings lie in the database in the clear, so no secret may be among them. */
export function withoutSecrets(file: WorkspaceFile): WorkspaceSettings {
  const bare = {
    ...file,
    keys: file.keys.map((key) => without(key, 'secret')),
    jwtKeys: file.jwtKeys.map((key) => without(key, 'secret')),
    operators: file.operators.map((operator) => without(operator, 'password')),
    exchange: {
      ...file.exchange,
      endpoints: file.exchange.endpoints.map((endpoint) => without(endpoint, 'key')),
    },
    webhooks: file.webhooks.map((webhook) => without(webhook, 'secret')),
  }
  // As it will be read back: without members that are undefined, so that the two can be compared.
  return JSON.parse(JSON.stringify(bare))
}

function without(value: object, name: string): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))
}
