import { randomUUID } from 'node:crypto'

/** A text nobody used before, so that tests may run beside each other, repeatedly, and on a target with data. */
export function unique(prefix = 'u'): string {
  return `${prefix}-${randomUUID().replaceAll('-', '').slice(0, 16)}`
}

/** An e-mail address nobody used before. */
export function uniqueEmail(prefix = 'person'): string {
  return `${unique(prefix)}@example.com`
}
