import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import packaged from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

/** An origin that acme lists, and one that it does not; the browser finds the test's own pages behind both. */
export const listedOrigin = 'http://localhost:5173'
export const unlistedOrigin = 'http://localhost:5199'

export interface BrowserWithPages extends AsyncDisposable {
  readonly browser: Browser
  /** Serves a page at a path of both origins. */
  show(path: string, html: string): void
}

/**
 * Of its arguments these are left out: they switch off what stands between a page and other origins, which is under
 * test, and what keeps one profile from another.
 */
const lax = ['--disable-web-security', '--allow-running-insecure-content', '--single-process']
const quiet = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
]

/** A real Chromium from npm, and a loopback server of pages. Where it cannot start, the tests fail with its reason. */
export async function openBrowser(): Promise<BrowserWithPages> {
  const pages = new Map<string, string>()
  const server = createServer((request, response) => {
    const html = pages.get(new URL(request.url ?? '/', listedOrigin).pathname)
    response.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(html ?? '')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const rules = [listedOrigin, unlistedOrigin].map(
    (origin) => `MAP ${new URL(origin).host} 127.0.0.1:${port}`,
  )
  const browser = await chromium.launch({
    executablePath: await packaged.executablePath(),
    args: [
      ...packaged.args.filter((argument) => !lax.includes(argument)),
      ...quiet,
      `--host-resolver-rules=${rules.join(',')}`,
    ],
  })
  return {
    browser,
    show: (path, html) => void pages.set(path, html),
    async [Symbol.asyncDispose]() {
      await browser.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
