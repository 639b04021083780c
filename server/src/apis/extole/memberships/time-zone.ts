import type { FastifyRequest } from 'fastify'
import { ExtoleError } from '../errors.ts'

/** Writes a moment, to the millisecond, with the offset that some zone has then; UTC is `Z`. */
export type TimeFormat = (moment: Date) => string

/** How the header `Time-Zone`, a name of the IANA list, wants times written (E110). Without it they are UTC (E10). */
export function timeFormatOf(request: FastifyRequest): TimeFormat {
  const header = request.headers['time-zone']
  const timeZone = typeof header === 'string' ? header.trim() : ''
  if (timeZone === '') return (moment) => moment.toISOString()
  const offsetOf = offsetsIn(timeZone)
  return (moment) => writeAt(moment, offsetOf(moment))
}

/** The zone's minutes east of UTC at a moment. */
function offsetsIn(timeZone: string): (moment: Date) => number {
  // Intl also takes `+01:00`, which is no name.
  if (!/^[A-Za-z]/.test(timeZone)) throw new ExtoleError('timezone_invalid')
  const format = formatIn(timeZone)
  return (moment) => {
    const name = format.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign, hours = '0', minutes = '0'] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  }
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    throw new ExtoleError('timezone_invalid')
  }
}

function writeAt(moment: Date, offsetMinutes: number): string {
  const local = new Date(moment.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1)
  if (offsetMinutes === 0) return `${local}Z`
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60]
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(minutes)}`
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
