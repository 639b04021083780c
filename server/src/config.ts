import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'

/** What a person may set from outside; the table in README.md says the same in prose. */
interface RawSettings {
  readonly host: string
  readonly port: string
  readonly publicUrl: string | undefined
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly workspaceFiles: string
  readonly role: string
  readonly smtpUrl: string | undefined
  readonly trustedProxies: string
  readonly rateLimit: string
  readonly eventRetentionDays: string
  readonly logLevel: string
}

const roles = ['all', 'api', 'worker'] as const
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

type Role = (typeof roles)[number]

export interface Config {
  readonly host: string
  readonly port: number
  /** Base of the links we hand out where a workspace has no `publicUrl`; absent: derived from the address listened on. */
  readonly publicUrl: string | undefined
  readonly dataDir: string
  /** Absent: an embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined
  readonly workspaceFiles: readonly string[]
  readonly role: Role
  /** Absent: mails stay in the outbox. */
  readonly smtpUrl: string | undefined
  readonly trustedProxies: readonly string[]
  readonly rateLimit: boolean
  /** Absent: events are kept for ever. */
  readonly eventRetentionDays: number | undefined
  readonly logLevel: (typeof logLevels)[number]
  /** Connections that serve requests; applying, listening and jobs have their own. */
  readonly poolSize: number
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * First step: reads the environment, decides nothing. Nothing else in the server reads it. An empty text is as good
 * as none: a compose file passes one for what is not set, and an empty host would mean every interface.
 */
export function readSettings(environment: NodeJS.ProcessEnv): RawSettings {
  return {
    host: environment.TESSERA_HOST || '127.0.0.1',
    port: environment.TESSERA_PORT || '8080',
    publicUrl: environment.TESSERA_PUBLIC_URL,
    dataDir: environment.TESSERA_DATA_DIR || '.tessera',
    databaseUrl: environment.DATABASE_URL,
    workspaceFiles: environment.TESSERA_WORKSPACE_FILES || '',
    role: environment.TESSERA_ROLE || 'all',
    smtpUrl: environment.TESSERA_SMTP_URL,
    trustedProxies: environment.TESSERA_TRUSTED_PROXIES || '',
    rateLimit: environment.TESSERA_RATE_LIMIT || 'on',
    eventRetentionDays: environment.TESSERA_EVENT_RETENTION_DAYS || '',
    logLevel: environment.TESSERA_LOG_LEVEL || 'info',
  }
}

/** Second step: decides. Throws a `ConfigError` that names the variable and what it may be. */
export function decideConfig(raw: RawSettings): Config {
  return Object.freeze({
    host: raw.host,
    port: portOf(raw.port),
    publicUrl: raw.publicUrl ? publicUrlOf(raw.publicUrl) : undefined,
    dataDir: resolve(raw.dataDir),
    databaseUrl: raw.databaseUrl ? databaseUrlOf(raw.databaseUrl) : undefined,
    workspaceFiles: listOf(raw.workspaceFiles),
    role: oneOf('TESSERA_ROLE', roles, raw.role),
    smtpUrl: raw.smtpUrl ? smtpUrlOf(raw.smtpUrl) : undefined,
    trustedProxies: listOf(raw.trustedProxies).map(networkOf),
    rateLimit: oneOf('TESSERA_RATE_LIMIT', ['on', 'off'], raw.rateLimit) === 'on',
    eventRetentionDays: raw.eventRetentionDays === '' ? undefined : retentionDaysOf(raw.eventRetentionDays),
    logLevel: oneOf('TESSERA_LOG_LEVEL', logLevels, raw.logLevel),
    poolSize: Math.max(8, availableParallelism() * 2),
  })
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new ConfigError(`TESSERA_PORT must be a port number from 0 to 65535, not "${text}"`)
}

const longestRetentionDays = 36_500

function retentionDaysOf(text: string): number {
  const days = Number(text)
  if (Number.isInteger(days) && days >= 1 && days <= longestRetentionDays) return days
  throw new ConfigError(
    `TESSERA_EVENT_RETENTION_DAYS must be a whole number of days from 1 to ${longestRetentionDays}, not "${text}"`,
  )
}

function publicUrlOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new ConfigError(`TESSERA_PUBLIC_URL must be an http(s) URL, not "${text}"`)
  }
  return text.replace(/\/+$/, '')
}

/** It may hold a password, so the message does not repeat it. */
function databaseUrlOf(text: string): string {
  if (/^(postgres(ql)?:\/\/|socket:|\/)/.test(text)) return text
  throw new ConfigError('DATABASE_URL must be a URL such as postgres://user:password@host:5432/database')
}

const namedNetworks = ['loopback', 'linklocal', 'uniquelocal']

/** An address, a network by its bits or its mask, or one of Fastify's names of networks. */
function networkOf(text: string): string {
  const [address = '', range, ...rest] = text.split('/')
  const family = isIP(address)
  const isRange =
    range === undefined ||
    isIP(range) === family ||
    (/^[1-9]\d{0,2}$/.test(range) && Number(range) <= (family === 4 ? 32 : 128))
  if (namedNetworks.includes(text) || (family !== 0 && isRange && rest.length === 0)) return text
  throw new ConfigError(
    `TESSERA_TRUSTED_PROXIES must be networks such as 10.0.0.0/8, separated by commas, not "${text}"`,
  )
}

/** It may hold a password, so the message does not repeat it. */
function smtpUrlOf(text: string): string {
  if (URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol) && new URL(text).hostname !== '')
    return text
  throw new ConfigError('TESSERA_SMTP_URL must be an smtp:// or smtps:// URL')
}

function oneOf<const T extends string>(variable: string, allowed: readonly T[], text: string): T {
  const found = allowed.find((value) => value === text)
  if (found) return found
  throw new ConfigError(`${variable} must be one of ${allowed.join(', ')}, not "${text}"`)
}

function listOf(text: string): readonly string[] {
  return text.split(',').flatMap((part) => part.trim() || [])
}
