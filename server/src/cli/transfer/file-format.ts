import { InvalidArgumentError } from 'commander'

const formats = ['csv', 'ndjson'] as const
export type FileFormat = (typeof formats)[number]

/** The path that means standard input or output. */
export const standardStream = '-'

/** The option's format, else the one that the file's name ends in. Throws where neither says. */
export function formatOf(path: string, chosen: FileFormat | undefined): FileFormat {
  if (chosen) return chosen
  const ending = formats.find((format) => path.toLowerCase().endsWith(`.${format}`))
  if (ending) return ending
  if (path.toLowerCase().endsWith('.jsonl')) return 'ndjson'
  throw new Error(`what is "${path}", CSV or NDJSON? Say --format ${formats.join(' or --format ')}`)
}

export function readFormat(text: string): FileFormat {
  const format = formats.find((known) => known === text)
  if (format) return format
  throw new InvalidArgumentError(`It must be ${formats.join(' or ')}.`)
}
