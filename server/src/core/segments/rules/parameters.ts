/** The parameters of a statement that is put together: values stand here and never in its text. */
export interface Parameters {
  readonly values: readonly unknown[]
  /** Adds a value; gives what stands for it in the text. */
  add(value: unknown, type: 'text' | 'text[]' | 'jsonb' | 'jsonb[]' | 'integer' | 'bytea'): string
}

/** `before` parameters of the statement come first. */
export function collectParameters(before: number): Parameters {
  const values: unknown[] = []
  return {
    values,
    add(value, type) {
      values.push(value)
      return `$${before + values.length}::${type}`
    },
  }
}
