import type { App } from '../app.ts'
import type { DocumentedApi } from './api-docs.ts'

/** `/docs`: which APIs there are. */
export function registerDocsIndex(app: App, apis: readonly DocumentedApi[]): void {
  const page = indexPage(apis)
  app.get('/docs', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page),
  )
}

function indexPage(apis: readonly DocumentedApi[]): string {
  const items = apis.map(
    ({ name, title, description }) => `<li>
<h2><a href="/docs/${name}">${title}</a></h2>
<p>${description}</p>
<p class="more"><a href="/docs/${name}/json">OpenAPI, JSON</a> · <a href="/docs/${name}/yaml">YAML</a></p>
</li>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tessera APIs</title>
<link rel="icon" href="data:,">
<style>${style}</style>
<main>
<h1>Tessera APIs</h1>
<p class="lead">One server, one customer, the APIs that your tools already speak.</p>
<ul>
${items.join('\n')}
</ul>
</main>
</html>
`
}

const style = `
  :root { color-scheme: light dark; --ink: #1b1b1f; --soft: #5c5c66; --line: #dcdce4; --paper: #fff; --link: #4329c9 }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #f1f1f5; --soft: #a9a9b6; --line: #3a3a45; --paper: #17171c; --link: #a99bff }
  }
  body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
  main { max-width: 44rem; margin: 3rem auto; padding: 0 1.5rem }
  h1 { font-size: 1.75rem; margin: 0 0 .25rem }
  h2 { font-size: 1.1rem; margin: 0 }
  .lead, .more { color: var(--soft) }
  ul { list-style: none; padding: 0 }
  li { border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.25rem; margin: 1rem 0 }
  li p { margin: .35rem 0 0 }
  a { color: var(--link) }
  :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px }
`
