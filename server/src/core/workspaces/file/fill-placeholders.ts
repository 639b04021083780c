/** The process environment as the caller hands it in; nothing here reads `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Replaces every `${NAME}` by the environment's value and every `$${` by a literal `${`. Values put in are not
 * looked at again. Gives the text, or the reasons why not: a name that is not set, a `${` without a name.
 */
export function fillPlaceholders(
  text: string,
  environment: Environment,
): { readonly text: string } | { readonly reasons: readonly string[] } {
  const reasons: string[] = []
  const filled = text.replace(/\$\$\{|\$\{([^}]*)\}?/g, (whole, name: string | undefined) => {
    if (whole === '$${') return '${'
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name) || !whole.endsWith('}')) {
      reasons.push(`holds a \${ that begins no \${NAME}; write $\${ for the characters themselves`)
      return ''
    }
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined
    if (value === undefined) reasons.push(`takes \${${name}} from the environment, where it is not set`)
    return value ?? ''
  })
  return reasons.length > 0 ? { reasons } : { text: filled }
}
