import type { Command } from 'commander'

const help = `
Settings are environment variables; README.md tells what each means:

  TESSERA_HOST, TESSERA_PORT     listen address (127.0.0.1, 8080)
  TESSERA_PUBLIC_URL             base of links that we hand out
  TESSERA_DATA_DIR               embedded database (.tessera)
  DATABASE_URL                   a PostgreSQL of yours in place of it
  TESSERA_WORKSPACE_FILES        files applied at start, separated by commas
  TESSERA_ROLE                   all, api (accepts), worker (applies)
  TESSERA_SMTP_URL               where mails go
  TESSERA_TRUSTED_PROXIES        whose X-Forwarded headers are believed
  TESSERA_RATE_LIMIT             on, off
  TESSERA_EVENT_RETENTION_DAYS   how long events are kept (for ever)
  TESSERA_LOG_LEVEL              fatal, error, warn, info, debug, trace, silent

The first start makes a workspace to try things with, and prints its keys.

Examples:
  tessera serve
  TESSERA_PORT=8081 TESSERA_WORKSPACE_FILES=shop.workspace.yaml tessera serve
`

export function addServeCommand(program: Command): void {
  program
    .command('serve', { isDefault: true })
    .description('start the server: the database if it is ours, every API, the applier and the jobs')
    .addHelpText('after', help)
    .action(serve)
}

/** Loaded only when it is called: without the APIs, every other command starts a third sooner. */
async function serve(): Promise<void> {
  const { runServer } = await import('./run-server.ts')
  await runServer()
}
