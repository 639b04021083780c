const fewestCharacters = 8
/** Nobody types more, and hashing takes longer the longer a text is. */
const mostCharacters = 200

/**
 * Whether a password may be one (L17): 8 characters, a digit and an upper-case letter, and none of the some 49,000 that
 * everybody chooses, in whatever letter case.
 */
export async function isGoodPassword(password: string): Promise<boolean> {
  const { length } = [...password]
  if (length < fewestCharacters || length > mostCharacters) return false
  if (!/\p{Nd}/u.test(password) || !/\p{Lu}/u.test(password)) return false
  commonPasswords ??= loadCommonPasswords()
  return !(await commonPasswords).has(password.toLowerCase())
}

/** Read when it is first asked for: half a megabyte that a server without customers' passwords never needs. */
let commonPasswords: Promise<ReadonlySet<string>> | undefined

async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set(dictionary['passwords-common'])
}
