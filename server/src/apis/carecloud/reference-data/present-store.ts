import { chooseText } from '../../../core/texts/choose-text.ts'
import type { Loyalty, Store } from '../../../core/workspaces/file/sections/loyalty.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import { presentPhone } from '../values/phone.ts'
import { type Viewpoint, withChange } from './reference-list.ts'

/** A store (L80), with the time of its last change. */
export function presentStore(store: Store, viewpoint: Viewpoint): Presented {
  const { workspace, languages } = viewpoint
  const { gps } = store
  return withChange(
    {
      store_id: store.id,
      store_code: store.code,
      name: chooseText(store.name, languages),
      store_address: presentAddress(store.address),
      contact_email: store.contactEmail ?? '',
      manager_name: store.managerName ?? '',
      phone_number: presentPhone(store.phone ?? '') ?? '',
      partner_id: workspace.settings.loyalty.partners[0]?.id ?? null,
      system_id: store.code,
      gps_coordinates: { gps_longitude: gps?.longitude ?? 0, gps_latitude: gps?.latitude ?? 0 },
      url_address: store.url ?? '',
      opening: presentOpening(store.opening),
      image_urls: store.imageUrls,
      visibility_for_customer: Number(store.visibleForCustomer),
      short_description: chooseText(store.shortDescription, languages),
      description: chooseText(store.description, languages),
      registration_id: store.registrationId ?? '',
      state: 1,
    },
    workspace,
  )
}

/** An address of the workspace file; parts that it does not have are null. */
export function presentAddress(address: Loyalty['partners'][number]['address']): Presented {
  return {
    address1: address?.address1 ?? null,
    address2: address?.address2 ?? null,
    address3: address?.address3 ?? null,
    address4: address?.address4 ?? null,
    address5: address?.address5 ?? null,
    address6: address?.address6 ?? null,
    address7: address?.address7 ?? null,
    zip: address?.zip ?? null,
    city: address?.city ?? null,
    country_code: address?.countryCode?.toLowerCase() ?? null,
  }
}

const days = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN']

/** Seven days of two intervals each, or nothing (L80). */
function presentOpening(opening: Store['opening']): readonly object[] {
  if (!opening) return []
  return days.map((day, index) => ({
    day_id: day,
    time_intervals: [0, 1].map((interval) => {
      const [from, to] = opening[index]?.[interval] ?? []
      return { from: timeOf(from), to: timeOf(to) }
    }),
  }))
}

function timeOf(time: string | undefined): string | null {
  return time === undefined ? null : `${time}:00`
}
