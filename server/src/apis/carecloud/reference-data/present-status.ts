import { chooseText } from '../../../core/texts/choose-text.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import type { Viewpoint } from './reference-list.ts'

/** The tiers, lowest first (9.8). */
export function presentStatuses({ workspace, languages }: Viewpoint): readonly Presented[] {
  const { statuses } = workspace.settings.loyalty
  return statuses.map(({ id, name, qualificationMonths, qualificationPoints }, index) => ({
    status_id: id,
    name: chooseText(name, languages),
    description: '',
    qualification_period: qualificationMonths,
    qualification_turnover: [],
    qualification_points: qualificationPoints,
    previous_status: statuses[index - 1]?.id ?? null,
    next_status: statuses[index + 1]?.id ?? null,
    validity_period: `${qualificationMonths} ${qualificationMonths === 1 ? 'month' : 'months'}`,
    collection_points: true,
    payment_points: true,
    qualification_type: index === 0 ? 0 : 2,
    discount: 0,
    overall_discount_on_discounted_purchase_items: false,
    text_id: id,
  }))
}
