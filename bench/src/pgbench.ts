import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'

/** Transactions a second of a pgbench script; undefined where there is no pgbench on this machine. */
export async function pgbench(
  url: string,
  { clients, seconds }: { readonly clients: number; readonly seconds: number },
  script: string,
): Promise<number | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  const file = join(folder, 'script.sql')
  await writeFile(file, `${script}\n`)
  const { host, database, user } = partsOf(url)
  try {
    const { stdout } = await promisify(execFile)('pgbench', [
      ...['-h', host, '-U', user, '-n', '-M', 'prepared', '-c', String(clients), '-j', '2'],
      ...['-T', String(seconds), '-f', file, database],
    ])
    return Number(/tps = ([\d.]+)/.exec(stdout)?.[1])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function partsOf(url: string): { host: string; database: string; user: string } {
  const client = new pg.Client({ connectionString: url })
  return { host: client.host, database: client.database ?? '', user: client.user ?? '' }
}
