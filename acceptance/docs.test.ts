import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type BrowserWithPages, openBrowser } from './browser.ts'
import { jsonOf, send } from './client.ts'

const apis = ['crossengage', 'extole', 'carecloud'] as const
const phone = { width: 390, height: 844 }

let browser: BrowserWithPages
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser[Symbol.asyncDispose]())

async function opened(path: string): Promise<Page & AsyncDisposable> {
  const page = await browser.browser.newPage({ viewport: phone, colorScheme: 'dark' })
  await page.goto(inject('baseUrl') + path, { waitUntil: 'networkidle' })
  return Object.assign(page, { [Symbol.asyncDispose]: () => page.close() })
}

function isWiderThanItsWindow(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > window.innerWidth')
}

it('/docs leads to the document of every API, and each back', async () => {
  await using index = await opened('/docs')
  expect(await isWiderThanItsWindow(index)).toBe(false)
  const links = await index.locator('h2 a').evaluateAll((all) => all.map((one) => one.getAttribute('href')))
  expect(links).toEqual(apis.map((api) => `/docs/${api}`))
  for (const link of links) {
    await using page = await opened(String(link))
    expect(await page.locator('nav a').first().getAttribute('href')).toBe('/docs')
    expect(await isWiderThanItsWindow(page)).toBe(false)
  }
})

it.each([
  ['crossengage', 'what became of', ['/users/track/{trackingId}']],
  ['extole', 'V6 events', ['/api/v6/events']],
  ['carecloud', 'post cards batch', ['/cards/batch']],
  ['carecloud', 'nothing is called so', []],
] as const)('the operations of %s are found by "%s"', async (api, phrase, paths) => {
  await using page = await opened(`/docs/${api}`)
  expect(await page.locator('.opblock').count()).toBe(0)
  await page.getByLabel('Search paths and descriptions').fill(phrase)
  const shown = () =>
    page
      .locator('.opblock-summary-path')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-path')))
  await expect.poll(shown).toEqual(paths)
})

it.each(apis)(
  'every operation of %s is there once, and tells what it is for and what it answers',
  async (api) => {
    const reply = await send(inject('baseUrl'), { method: 'GET', path: `/docs/${api}/json` })
    const { paths } = jsonOf(reply) as { paths: Record<string, Record<string, Operation>> }
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, ...operation })),
    )
    expect(operations.length).toBeGreaterThan(20)
    for (const { name, summary, responses } of operations) {
      expect(summary, name).toMatch(/^[A-Z]/)
      for (const { description } of Object.values(responses)) {
        expect(description, name).not.toBe('Default Response')
      }
    }
    const withoutPrefix = Object.keys(paths).map((path) => path.replace(/^\/api(?=\/)/, ''))
    expect(new Set(withoutPrefix).size).toBe(withoutPrefix.length)
  },
)

interface Operation {
  readonly summary?: string
  readonly responses: Readonly<Record<string, { readonly description: string }>>
}
