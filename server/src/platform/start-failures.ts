import pg from 'pg'

/** Codes of Node and of the operating system for a server that cannot be reached. */
const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
])

/**
 * Why the database of an operator's own cannot be used, in a sentence that says what to do. Takes what connecting to
 * it or migrating it threw. Never repeats the URL, which holds a password.
 */
export function databaseFailure(databaseUrl: string, error: unknown): Error {
  const { host, port, user, database } = new pg.Client({ connectionString: databaseUrl })
  const code = codeOf(error)
  // Of a host with several addresses Node gives an error without a message.
  const reason = (error instanceof Error && error.message) || code
  const server = host.startsWith('/') ? host : `${host}:${port}`
  return new Error(`${sentence()} (from DATABASE_URL)`, { cause: error })

  function sentence(): string {
    if (unreachable.has(code)) return `no PostgreSQL answers at ${server}: ${reason}`
    switch (code) {
      case '28000':
      case '28P01':
        return `PostgreSQL at ${server} does not let user "${user}" in: ${reason}`
      case '3D000':
        return `PostgreSQL at ${server} has no database "${database}"; make it with: create database ${database} encoding 'UTF8' template template0`
      case '42501':
        return `user "${user}" may not set up database "${database}": ${reason}; it has to own the database, and needs CREATEROLE once (docs/operating.md)`
      case '42704':
        return `database "${database}" cannot be set up: ${reason}; PostgreSQL needs ICU, as every packaged one has it`
      default:
        return `database "${database}" at ${server} cannot be used: ${reason}`
    }
  }
}

const folderReasons: Readonly<Record<string, string>> = {
  EACCES: 'may not be written by this user',
  EPERM: 'may not be written by this user',
  EROFS: 'lies on a read-only disk',
  ENOTDIR: 'is no folder',
  EEXIST: 'is no folder',
  ENOSPC: 'lies on a disk that is full',
}

/** Why the embedded PostgreSQL has no place to live, in a sentence that says what to do; anything else as it came. */
export function dataDirFailure(dataDir: string, error: unknown): unknown {
  const reason = folderReasons[codeOf(error)]
  if (reason === undefined) return error
  const way = 'set TESSERA_DATA_DIR to a folder of yours, or DATABASE_URL to a PostgreSQL of yours'
  return new Error(`the data directory ${dataDir} ${reason}; ${way}`, { cause: error })
}

/** Why nothing can listen at the address, in a sentence that says what to do; anything else as it came. */
export function listenFailure(host: string, port: number, error: unknown): unknown {
  const sentence = listenSentence(host, port, codeOf(error))
  return sentence === undefined ? error : new Error(sentence, { cause: error })
}

function listenSentence(host: string, port: number, code: string): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is taken, perhaps by another Tessera; choose another one with TESSERA_PORT`
    case 'EACCES':
      return `port ${port} may not be opened by this user; choose one above 1023 with TESSERA_PORT`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine; TESSERA_HOST is 127.0.0.1 for this machine alone, 0.0.0.0 for all its addresses`
    default:
      return undefined
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}
