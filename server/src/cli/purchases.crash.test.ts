import { spawnSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { makeDataDirectory } from '../testing/served-process.ts'

const prefix = '/rest-api/enterprise-interface/v1.0'
const tills = 6
const purchasesBetweenCrashes = 120
const retryMs = 10

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: whatever the answer holds is what the test looks at
  readonly body: any
}

async function call(base: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(base + prefix + path, {
    headers: { authorization: 'Bearer test-master-key', 'content-type': 'application/json' },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  })
  return { status: response.status, body: await response.json() }
}

/** @param points that pay; 0: a plain bill, which shares its commit with others */
function purchase(customerId: string, billId: string, points: number) {
  return {
    store_id: 'prague-hq',
    customer_id: customerId,
    bill: {
      bill_id: billId,
      payment_time: '2026-03-10 15:05:49',
      currency_id: 'EUR',
      total_price: 10,
      bill_items: [{ bill_item_id: '1', paid_amount: 10 }],
      payment_recap: { credit_points: points },
    },
  }
}

test('kill -9 while tills sell: a purchase that was answered is there once, a repeated one is refused, and every point is accounted for (L111, L112, L124)', async () => {
  await using data = await makeDataDirectory()
  let server = await data.serve()
  const made = await call(server.url, '/customers', { customer: { personal_information: {} } })
  const customerId: string = made.body.data.customer_id
  const start = { customer_id: customerId, amount: 5000, partner_id: 'acme' }
  expect((await call(server.url, '/points/actions/assign-points', start)).status).toBe(201)

  const answered: string[] = []
  let bills = 0
  let isOver = false
  const sell = async (till: number) => {
    while (!isOver) {
      const points = till % 2
      const billId = `till-${till}-${++bills}`
      const sent = await call(
        server.url,
        '/purchases/actions/send-purchase',
        purchase(customerId, billId, points),
      ).catch(() => undefined)
      if (sent?.status === 201) answered.push(billId)
      else await delay(retryMs)
    }
  }
  const selling = Promise.all(Array.from({ length: tills }, (_, till) => sell(till)))
  for (let crash = 1; crash <= 3; crash++) {
    await expect
      .poll(() => answered.length, { timeout: 60_000 })
      .toBeGreaterThan(crash * purchasesBetweenCrashes)
    // Once the server, once all of PostgreSQL, once the server again.
    if (crash === 2) for (const pid of await data.postgresProcesses()) kill(pid)
    else {
      await server.kill()
      server = await data.serve()
    }
  }
  await expect.poll(() => answered.length, { timeout: 60_000 }).toBeGreaterThan(4 * purchasesBetweenCrashes)
  isOver = true
  await selling

  const listed = await call(server.url, `/purchases?customer_id=${customerId}&count=10000`)
  const ids: string[] = listed.body.data.purchases.map(
    ({ external_purchase_id }: { external_purchase_id: string }) => external_purchase_id,
  )
  expect(new Set(ids).size).toBe(ids.length)
  expect(answered.filter((billId) => !ids.includes(billId))).toEqual([])
  const again = purchase(customerId, answered[0] ?? '', 0)
  expect((await call(server.url, '/purchases/actions/send-purchase', again)).status).toBe(400)

  // Each one earns by what is left to pay, and those of every second till cost a point: nothing of a purchase is there
  // without the rest of it.
  const moved = await call(server.url, `/point-history?customer_id=${customerId}&count=10000`)
  const kinds = Map.groupBy(
    moved.body.data.point_history as readonly { point_operation_type: string }[],
    (entry) => entry.point_operation_type,
  )
  expect(kinds.get('Purchase')?.length).toBe(ids.length)
  const paid = ids.filter((billId) => Number(billId.split('-')[1]) % 2 === 1)
  expect(kinds.get('Purchase payment')?.length).toBe(paid.length)
  const verified = spawnSync(process.execPath, ['server/src/main.ts', 'ledger', 'verify'], {
    encoding: 'utf8',
    env: { ...process.env, TESSERA_DATA_DIR: data.path, TESSERA_LOG_LEVEL: 'warn' },
  })
  expect(verified.stdout + verified.stderr).toContain('agrees with its entries')
  expect(verified.status).toBe(0)
  expect(await server.stop()).toBe(0)
})

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone with its postmaster already.
  }
}
