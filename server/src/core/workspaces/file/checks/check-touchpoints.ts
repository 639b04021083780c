import { Value } from 'typebox/value'
import type { Path } from '../file-fault.ts'
import { suggestion } from '../nearest-name.ts'
import type { EntryPoints } from '../sections/entry-points.ts'
import type { Zones } from '../sections/zones.ts'
import { webUrl } from '../values/addresses.ts'
import { type Check, refuseRepeats, refuseUnknown } from './check.ts'

const WebUrl = webUrl()

/** Zones and entry points: where customers meet campaigns (extole 15, customerglu 6). */
export function checkTouchpoints(check: Check): void {
  const { zones, entryPoints } = check.file
  refuseRepeats(check, zones, 'name')
  for (const zone of zones) {
    refuseUnknown(check, zone, ['campaign'], 'campaign', zone.campaign, check.defined.campaigns)
    checkPlaceholders(check, zone, ['data'], zone.data)
  }
  refuseRepeats(check, entryPoints, 'id')
  for (const entryPoint of entryPoints) checkEntryPoint(check, entryPoint)
}

const zonePlaceholders = [
  'me.id',
  'me.email',
  'me.first_name',
  'me.last_name',
  'me.partner_user_id',
  'me.share_code',
  'me.link',
  'link',
  'label',
  'campaign_id',
]

/** What is missing becomes empty text (E98), so only a slip of a known placeholder is refused. */
function checkPlaceholders(check: Check, zone: Zones[number], path: Path, value: unknown): void {
  if (typeof value === 'string') {
    for (const [placeholder, name = ''] of value.matchAll(/\{\{\s*([^}]*?)\s*\}\}/g)) {
      const isKnown = zonePlaceholders.includes(name) || name.startsWith('data.')
      const hint = isKnown ? '' : suggestion(name, zonePlaceholders)
      if (hint) check.refuse(zone, path, `holds ${placeholder}, which nothing fills${hint}`)
    }
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkPlaceholders(check, zone, [...path, index], item)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) checkPlaceholders(check, zone, [...path, name], item)
  }
}

function checkEntryPoint(check: Check, entryPoint: EntryPoints[number]): void {
  const { container, content } = entryPoint
  const isInPage = container.type === 'BANNER' || container.type === 'EMBEDDED'
  if (isInPage && container.bannerId === '' && check.isSound(container, ['bannerId'])) {
    check.refuse(container, ['bannerId'], `is required where type is ${container.type}`)
  }
  for (const piece of content) {
    if (piece.campaign !== '' && !Value.Check(WebUrl, piece.campaign)) {
      refuseUnknown(check, piece, ['campaign'], 'campaign', piece.campaign, check.defined.campaigns)
    }
    const { type, url } = piece.action
    if (
      (type === 'OPEN_DEEPLINK' || type === 'OPEN_WEBLINK') &&
      url === '' &&
      check.isSound(piece.action, ['url'])
    ) {
      check.refuse(piece.action, ['url'], `is required where type is ${type}`)
    }
    if (type === 'OPEN_WEBLINK' && url !== '' && !Value.Check(WebUrl, url)) {
      check.refuse(piece.action, ['url'], 'must be an absolute http or https URL')
    }
  }
}
