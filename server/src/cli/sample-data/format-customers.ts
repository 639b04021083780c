import { stringify } from 'csv-stringify/sync'
import type { FileFormat } from '../transfer/file-format.ts'
import { type SampleCustomer, sampleFields } from './make-customer.ts'

/** What stands before the first customer. */
export function headerOf(format: FileFormat): string {
  return format === 'csv' ? `${sampleFields.join(',')}\n` : ''
}

export function formatCustomers(customers: readonly SampleCustomer[], format: FileFormat): string {
  if (format === 'ndjson') return customers.map((customer) => `${JSON.stringify(customer)}\n`).join('')
  return stringify(customers.map((customer) => sampleFields.map((field) => cellOf(customer[field]))))
}

/** Arrays in the short form that people write by hand, where there is one. */
function cellOf(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  const isListOfTexts = Array.isArray(value) && value.every((item) => typeof item === 'string')
  return isListOfTexts ? value.join('|') : JSON.stringify(value)
}
