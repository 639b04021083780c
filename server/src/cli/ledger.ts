import type { Command } from 'commander'
import { formatHundredths } from '../core/amounts/hundredths.ts'
import type { LedgerCheck } from '../core/points/ledger-checks.ts'
import { type LedgerFault, type LedgerReport, verifyLedger } from '../core/points/verify-ledger.ts'
import { workspaceNamed } from './keys.ts'
import { openPlatform } from './open-platform.ts'

const help = `
Derives every balance, lot and debt again from the entries of the ledger, and
compares: each movement's entries sum to zero, no lot or balance is below 0,
each history sums to its balance, what was given arrived. It reads one snapshot and changes nothing; the
server may go on working. Exit code 1 where something does not agree.

Examples:
  tessera ledger verify
  tessera ledger verify --workspace acme --json
`

const meanings = {
  'entries-sum-to-zero': 'the entries of the movement do not sum to zero',
  'movement-follows-entries': 'the movement says something else than its entries',
  'lot-follows-entries': 'the lot is not what its entries make it',
  'debt-follows-entries': 'the debt is not what its entries make it',
  'wallet-follows-entries': 'the wallet is not what its entries make it',
  'history-sums-to-balance': 'the history does not sum to the balance',
  'accounts-fit-kind': 'the movement has entries on accounts of another kind',
  'transfer-arrives': 'what was given is not what arrived',
  'owner-is-there': 'there are points of a profile that is not there',
} satisfies Record<LedgerCheck, string>

export function addLedgerCommand(program: Command): void {
  program
    .command('ledger')
    .description('prove that the points of all customers add up')
    .command('verify')
    .description('derive every balance again from its entries, and compare')
    .option('--workspace <slug>', 'one workspace; without it all of them')
    .option('--json', 'print JSON, one object a workspace and line', false)
    .addHelpText('after', help)
    .action(verify)
}

async function verify(options: { readonly workspace?: string; readonly json: boolean }): Promise<void> {
  await using platform = await openPlatform({ logLevel: 'warn' })
  const slugs = options.workspace === undefined ? platform.directory.slugs() : [options.workspace]
  for (const slug of slugs) {
    const { id } = workspaceNamed(platform, slug)
    const report = await verifyLedger(platform.database, id)
    process.stdout.write(
      options.json ? `${JSON.stringify({ workspace: slug, ...report })}\n` : tell(slug, report),
    )
    if (report.faults.length > 0) process.exitCode = 1
  }
}

/** The report for people: what was looked at, the accounts, and what does not agree. */
function tell(slug: string, report: LedgerReport): string {
  const { movements, entries, wallets, accounts, overReserved, faults, hasMore } = report
  const lines = [
    `${slug}: movements ${movements}, entries ${entries}, wallets ${wallets}`,
    ...accounts.map(({ account, balance }) => `  ${account.padEnd(14)}${points(balance).padStart(20)}`),
  ]
  if (overReserved > 0) {
    lines.push(`  Of ${overReserved} wallets more is reserved than there is left; this is no fault.`)
  }
  if (faults.length === 0) lines.push('  Every balance, lot and debt agrees with its entries.')
  else lines.push(`  ${hasMore ? 'More than ' : ''}${faults.length} do not agree:`, ...faults.map(tellFault))
  return `${lines.join('\n')}\n`
}

function tellFault({ check, profileId, pointTypeId, of, expected, found }: LedgerFault): string {
  const whose = `profile ${profileId ?? '–'}, ${pointTypeId ?? '–'}${of === null ? '' : `, ${of}`}`
  return `  ${whose}: ${meanings[check]} (in hundredths: ${expected}; there is: ${found})`
}

function points(amount: number): string {
  return formatHundredths(amount).toFixed(2)
}
