/** Where a value stands in the file: names of settings and positions in lists, from the root. */
export type Path = readonly (string | number)[]

/** One thing that is wrong with a workspace file, in words for the person who wrote it. */
export interface FileFault {
  /** Such as `campaigns[2].prizes[0].reward`; empty for the file as a whole. */
  readonly path: string
  /** Continues the path as a sentence: `must be at most 3650`. Never holds a secret. */
  readonly reason: string
  /** Line of the text, from 1. */
  readonly line?: number
}

/** A fault before its path is written out. */
export interface FoundFault {
  readonly path: Path
  readonly reason: string
  /** Where no path leads there: a syntax error. */
  readonly line?: number
}

/** Writes a path as a person would: `a.b[0]`, and `a["odd name"]` where a name is no plain word. */
export function formatPath(path: Path): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else if (!/^[A-Za-z_][\w-]*$/.test(part)) text += `[${JSON.stringify(part)}]`
    else text += text === '' ? part : `.${part}`
  }
  return text
}

/** True if `path` is `ancestor` or lies below it. */
export function isWithin(path: Path, ancestor: Path): boolean {
  return ancestor.every((part, index) => path[index] === part)
}
