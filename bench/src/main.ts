import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createLogger } from '../../server/src/platform/log.ts'
import { startEmbeddedPostgres } from '../../server/src/platform/postgres/embedded/embedded-postgres.ts'
import { pgbenchSelect, rawBulkUpsert, settle } from './ceilings.ts'
import { measureCustomerLists } from './measure-customer-lists.ts'
import { measureExtole } from './measure-extole.ts'
import { measureLedger } from './measure-ledger.ts'
import { measurePurchases } from './measure-purchases.ts'
import { type Measurement, printMeasurements } from './measurement.ts'
import { load, startNoOp, startTarget, type Target, untilApplied } from './target.ts'

const carecloud = ['purchases', 'customer-lists', 'ledger'] as const
const sections = ['starts', 'batches', 'puts', 'reads', 'extole', 'growth', ...carecloud] as const
const { values } = parseArgs({ options: { only: { type: 'string' } } })
const asked = values.only?.split(',').flatMap((name) => (name === 'carecloud' ? carecloud : name))
const chosen = sections.filter((name) => asked === undefined || asked.includes(name))
if (chosen.length === 0) throw new Error(`--only takes some of ${sections.join(',')}, or carecloud`)

const connections = 64
const seconds = 8

/** Every figure beside its ceiling, taken in the same run: these machines are shared, and only ratios compare. */
const dataDir = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
// So that the user PostgreSQL runs as can enter, and the cluster goes when the folder goes.
await chmod(dataDir, 0o755)
const measurements: Measurement[] = []
try {
  if (chosen.includes('starts')) await measureStarts()
  await using target = await startTarget(dataDir)
  await using joined = await startEmbeddedPostgres(dataDir, createLogger('warn'))
  const measure = {
    starts: async () => {},
    batches: () => measureBatches(target, joined.url),
    puts: () => measureSinglePuts(target),
    reads: () => measureReads(target, joined.url),
    extole: () => measureExtole(target, joined.url, record),
    growth: () => measureGrowth(target),
    purchases: () => measurePurchases(target, joined.url, record),
    'customer-lists': () => measureCustomerLists(target, joined.url, record),
    ledger: () => measureLedger(dataDir, joined.url, record),
  }
  for (const name of chosen) {
    await measure[name]()
    await settle(joined.url)
  }
  record({
    name: 'server process, most memory resident',
    figure: (await target.peakMemoryBytes()) / 2 ** 20,
    unit: 'MiB',
    atMost: 300,
  })
} finally {
  await rm(dataDir, { recursive: true, force: true })
}
printMeasurements(measurements)
const results = join(import.meta.dirname, '../results')
await mkdir(results, { recursive: true })
await writeFile(
  join(results, `${new Date().toISOString().replaceAll(':', '')}.json`),
  JSON.stringify(measurements, null, 2),
)

/** Keeps a measurement for the table at the end, and shows at once that there is progress. */
function record(measurement: Measurement): void {
  measurements.push(measurement)
  process.stderr.write(`${measurement.name}: ${measurement.figure.toFixed(2)} ${measurement.unit}\n`)
}

async function measureStarts(): Promise<void> {
  await using first = await startTarget(dataDir)
  record({ name: 'ready, first start', figure: first.readyMs / 1000, unit: 's', atMost: 8 })
  await first[Symbol.asyncDispose]()
  await using second = await startTarget(dataDir)
  record({ name: 'ready, existing database', figure: second.readyMs / 1000, unit: 's', atMost: 3 })
}

async function measureBatches({ port }: Target, url: string): Promise<void> {
  const users = 100_000
  const ceiling = await rawBulkUpsert(url, users)
  for (const [name, limit] of [
    ['insert', ceiling.insert],
    ['update', ceiling.update],
  ] as const) {
    const figure = await batches(port, 0, users)
    record({
      name: `batches of 1000, applied (${name})`,
      figure,
      unit: 'users/s',
      ceiling: limit,
      atLeast: 0.7,
    })
  }
}

async function batches(port: number, firstId: number, users: number): Promise<number> {
  const started = performance.now()
  const result = await load({
    port,
    connections: 4,
    requests: users / 1000,
    seconds: 600,
    kind: 'batch',
    firstId,
    ids: users,
  })
  await untilApplied(port, result.lastBodies)
  return (users / (performance.now() - started)) * 1000
}

async function measureSinglePuts({ port }: Target): Promise<void> {
  const order = { connections, requests: 1_000_000, seconds, kind: 'put', firstId: 0, ids: 100_000 } as const
  await using noOp = await startNoOp()
  await load({ ...order, port: noOp.port, seconds: 2 })
  const ceiling = await load({ ...order, port: noOp.port })
  await load({ ...order, port, seconds: 2 })
  const started = performance.now()
  const result = await load({ ...order, port })
  await untilApplied(port, result.lastBodies)
  const figure = (result.answered / (performance.now() - started)) * 1000
  record({
    name: 'single PUT, durable and applied',
    figure,
    unit: 'requests/s',
    ceiling: ceiling.answered / ceiling.seconds,
    atLeast: 0.55,
  })
  record({ name: 'single PUT, p99', figure: result.p99Ms, unit: 'ms', atMost: 25 })
}

async function measureReads({ port }: Target, url: string): Promise<void> {
  const order = { connections, requests: 1_000_000, seconds, kind: 'get', firstId: 0, ids: 100_000 } as const
  await batches(port, 0, order.ids)
  await settle(url)
  await using noOp = await startNoOp()
  await load({ ...order, port: noOp.port, seconds: 2 })
  const ceiling = await load({ ...order, port: noOp.port })
  await load({ ...order, port, seconds: 2 })
  const result = await load({ ...order, port })
  const figure = result.answered / result.seconds
  record({
    name: 'GET by id / no-op GET',
    figure,
    unit: 'requests/s',
    ceiling: ceiling.answered / ceiling.seconds,
    atLeast: 0.45,
  })
  const selects = await pgbenchSelect(url, order.ids, seconds)
  if (selects) {
    record({
      name: 'GET by id / pgbench prepared select',
      figure,
      unit: 'requests/s',
      ceiling: selects,
      atLeast: 0.65,
    })
  }
  record({ name: 'GET by id, p99', figure: result.p99Ms, unit: 'ms' })
}

/** New users at 100,000 profiles, and at a million. */
async function measureGrowth({ port }: Target): Promise<void> {
  const sample = 100_000
  const small = await batches(port, 1_000_000, sample)
  await batches(port, 2_000_000, 800_000)
  const large = await batches(port, 3_000_000, sample)
  record({
    name: 'apply rate at 1 million / at 100,000',
    figure: large,
    unit: 'users/s',
    ceiling: small,
    atLeast: 0.8,
  })
}
