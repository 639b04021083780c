import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, decideConfig, readSettings } from './config.ts'

function decide(environment: Record<string, string>) {
  return decideConfig(readSettings(environment))
}

test('an empty environment is a server for one machine, with a database of its own', () => {
  expect(decide({})).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    publicUrl: undefined,
    dataDir: resolve('.tessera'),
    databaseUrl: undefined,
    workspaceFiles: [],
    role: 'all',
    trustedProxies: [],
    rateLimit: true,
    eventRetentionDays: undefined,
    logLevel: 'info',
  })
})

test('every variable is taken', () => {
  const config = decide({
    TESSERA_HOST: '0.0.0.0',
    TESSERA_PORT: '0',
    TESSERA_PUBLIC_URL: 'https://go.example//',
    TESSERA_DATA_DIR: '/srv/data',
    DATABASE_URL: 'postgres://db/tessera',
    TESSERA_WORKSPACE_FILES: ' a.yaml, b.yaml,,',
    TESSERA_ROLE: 'worker',
    TESSERA_TRUSTED_PROXIES: '10.0.0.0/8,192.168.0.0/16',
    TESSERA_RATE_LIMIT: 'off',
    TESSERA_EVENT_RETENTION_DAYS: '365',
    TESSERA_LOG_LEVEL: 'silent',
  })
  expect(config).toMatchObject({
    host: '0.0.0.0',
    port: 0,
    publicUrl: 'https://go.example',
    dataDir: '/srv/data',
    databaseUrl: 'postgres://db/tessera',
    workspaceFiles: ['a.yaml', 'b.yaml'],
    role: 'worker',
    trustedProxies: ['10.0.0.0/8', '192.168.0.0/16'],
    rateLimit: false,
    eventRetentionDays: 365,
    logLevel: 'silent',
  })
  expect(Object.isFrozen(config)).toBe(true)
})

test('a mail server is an SMTP URL, and what it is not is not repeated: it may hold a password', () => {
  expect(decide({ TESSERA_SMTP_URL: 'smtps://me:secret@mail.example:465' }).smtpUrl).toContain('mail.example')
  expect(decide({}).smtpUrl).toBeUndefined()
  for (const url of ['https://me:secret@mail.example', 'me:secret@mail.example', 'smtp://']) {
    expect(() => decide({ TESSERA_SMTP_URL: url })).toThrow(/^TESSERA_SMTP_URL must be [^@]*$/)
  }
})

test('a database is a PostgreSQL URL, and what it is not is not repeated: it may hold a password', () => {
  const url = 'postgresql://me:secret@db.example/tessera?sslmode=require'
  expect(decide({ DATABASE_URL: url }).databaseUrl).toBe(url)
  for (const wrong of ['mysql://me:secret@db.example', 'me:secret@db.example', 'db.example']) {
    expect(() => decide({ DATABASE_URL: wrong })).toThrow(/^DATABASE_URL must be a URL such as postgres:/)
    expect(() => decide({ DATABASE_URL: wrong })).not.toThrow(/secret/)
  }
})

test('proxies are addresses, networks, or names of networks', () => {
  const proxies = '10.0.0.0/8, 10.0.0.0/255.0.0.0, ::1, fd00::/8, 192.168.1.7, loopback'
  expect(decide({ TESSERA_TRUSTED_PROXIES: proxies }).trustedProxies).toEqual(proxies.split(', '))
})

test('a value that cannot be is refused with its variable and what it may be', () => {
  const refusals: readonly (readonly [string, string])[] = [
    ['TESSERA_PORT', '65536'],
    ['TESSERA_PORT', '80.5'],
    ['TESSERA_PORT', 'http'],
    ['TESSERA_PUBLIC_URL', 'go.example'],
    ['TESSERA_PUBLIC_URL', 'ftp://go.example'],
    ['TESSERA_ROLE', 'master'],
    ['TESSERA_TRUSTED_PROXIES', 'proxy.example'],
    ['TESSERA_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TESSERA_TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['TESSERA_RATE_LIMIT', 'no'],
    ['TESSERA_EVENT_RETENTION_DAYS', '0'],
    ['TESSERA_EVENT_RETENTION_DAYS', '30.5'],
    ['TESSERA_EVENT_RETENTION_DAYS', 'a year'],
    ['TESSERA_LOG_LEVEL', 'loud'],
  ]
  for (const [variable, value] of refusals) {
    const attempt = () => decide({ [variable]: value })
    expect(attempt).toThrow(ConfigError)
    expect(attempt).toThrow(new RegExp(`${variable} must be .*"${value}"`))
  }
})

test('an empty text is as good as none', () => {
  const names = [
    'HOST',
    'PORT',
    'PUBLIC_URL',
    'DATA_DIR',
    'WORKSPACE_FILES',
    'ROLE',
    'TRUSTED_PROXIES',
    'RATE_LIMIT',
    'EVENT_RETENTION_DAYS',
  ]
  const empty = Object.fromEntries(names.map((name) => [`TESSERA_${name}`, '']))
  expect(decide({ ...empty, TESSERA_LOG_LEVEL: '', DATABASE_URL: '' })).toEqual(decide({}))
})
