import type { Operation } from './operation.ts'

/**
 * Puts operations that may touch the same profile or the same e-mail, directly or by way of others, into one group;
 * operations of different groups can be applied in any order, or at once.
 *
 * The e-mails that users have before the run count as well, though no operation names them: who changes its e-mail
 * gives one up that another may take (C28), and who moves to another business unit takes its e-mail along (C12).
 *
 * @param heldEmails by customer id, in compare form
 * @returns the group of each operation, by its position
 */
export function groupOperations(
  operations: readonly Operation[],
  heldEmails: ReadonlyMap<string, string>,
): readonly string[] {
  const parents = new Map<string, string>()

  function rootOf(name: string): string {
    let root = name
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent
    // The way is shortened for the next time, else many names in a row would make it as long as they are many.
    for (let next = parents.get(name); next !== undefined && next !== root; next = parents.get(name)) {
      parents.set(name, root)
      name = next
    }
    return root
  }

  const firstNames = operations.map((operation) => {
    const [first = '', ...others] = namesOf(operation, heldEmails)
    for (const other of others) {
      const [one, two] = [rootOf(first), rootOf(other)]
      if (one !== two) parents.set(two, one)
    }
    return first
  })
  return firstNames.map(rootOf)
}

function namesOf(operation: Operation, heldEmails: ReadonlyMap<string, string>): readonly string[] {
  const names: string[] = []
  if (operation.customer !== undefined) {
    names.push(`c ${operation.customer}`)
    const held = heldEmails.get(operation.customer)
    if (held !== undefined) names.push(`e ${held}`)
  }
  const email = emailKeyOf(operation)
  if (email !== undefined) names.push(`e ${email}`)
  if (operation.kind === 'delete' && operation.profile !== undefined) names.push(`p ${operation.profile}`)
  return names
}

function emailKeyOf(operation: Operation): string | undefined {
  if (operation.kind === 'delete') return undefined
  return operation.kind === 'upsert' ? (operation.email_key ?? operation.email) : operation.email_key
}
