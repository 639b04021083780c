import { expect, test } from 'vitest'
import { databaseFailure, dataDirFailure, listenFailure } from './start-failures.ts'

const url = 'postgres://ann:secret@db.example:5433/shop'
const failed = (code: string, message = 'said so') => Object.assign(new Error(message), { code })

test.each([
  ['ECONNREFUSED', 'no PostgreSQL answers at db.example:5433'],
  ['28P01', 'does not let user "ann" in: said so'],
  ['3D000', `create database shop encoding 'UTF8'`],
  ['42501', 'needs CREATEROLE once'],
  ['42704', 'needs ICU'],
  ['XX000', 'database "shop" at db.example:5433 cannot be used: said so'],
])('a database that cannot be used (%s) is told with what to do, and without the password', (code, told) => {
  const { message } = databaseFailure(url, failed(code))
  expect(message).toContain(told)
  expect(message).toContain('DATABASE_URL')
  expect(message).not.toContain('secret')
})

test('a host whose addresses all refuse is named, though Node says nothing of it', () => {
  expect(databaseFailure(url, failed('ECONNREFUSED', '')).message).toContain('db.example:5433: ECONNREFUSED')
})

test('a server behind a socket is named by its folder', () => {
  const { message } = databaseFailure('postgres://ann@/shop?host=/run/postgresql', failed('ENOENT'))
  expect(message).toContain('answers at /run/postgresql')
})

test.each(['EACCES', 'EROFS', 'EEXIST', 'ENOSPC'])(
  'a data directory with %s leads to its settings',
  (code) => {
    expect(String(dataDirFailure('/srv/data', failed(code)))).toMatch(
      /\/srv\/data .*TESSERA_DATA_DIR .*DATABASE_URL/,
    )
  },
)

test.each(['EADDRINUSE', 'EACCES'])('a port with %s leads to TESSERA_PORT', (code) => {
  expect(String(listenFailure('127.0.0.1', 8080, failed(code)))).toMatch(/port 8080 .*TESSERA_PORT/)
})

test('a host that is not of this machine leads to TESSERA_HOST', () => {
  expect(String(listenFailure('10.9.9.9', 80, failed('EADDRNOTAVAIL')))).toMatch(/10\.9\.9\.9 .*TESSERA_HOST/)
})

test('what is not for a person to mend stays what it is', () => {
  const error = failed('EPIPE')
  expect([dataDirFailure('/srv', error), listenFailure('::1', 1, error)]).toEqual([error, error])
})
