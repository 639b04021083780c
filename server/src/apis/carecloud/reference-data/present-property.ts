import { chooseText } from '../../../core/texts/choose-text.ts'
import type { PropertyDefinition } from '../../../core/workspaces/file/sections/loyalty.ts'
import type { Presented } from '../lists/list-in-memory.ts'
import { storedValue } from '../values/property.ts'
import { presentTime } from '../values/times.ts'
import { sortedBy, type Viewpoint } from './reference-list.ts'

/** A definition of a property (9.4, L82). */
export function presentDefinition(
  { id, name, description, type, items = [], required, unique }: PropertyDefinition,
  { languages }: Viewpoint,
): Presented {
  return {
    property_id: id,
    name: chooseText(name, languages),
    description: chooseText(description, languages),
    data_type: type,
    items: items.map((item) => presentChoice(item.id, chooseText(item.name, languages))),
    is_required: required,
    is_unique: unique,
    state: 1,
  }
}

/** Fields by which property records are sorted (L38); values that are lists or objects stay in their order. */
export const propertyRecordOrders = sortedBy([
  'property_record_id',
  'property_id',
  'property_name',
  'property_value',
])

/** A record as it stands everywhere (L53); its id names property and owner (L54). */
export function presentPropertyRecord(
  definition: PropertyDefinition,
  record: { readonly ownerId: string; readonly value: unknown; readonly changedAt: Date },
  viewpoint: Viewpoint,
): Presented {
  const { id, name } = definition
  return {
    property_record_id: `${id}:${record.ownerId}`,
    property_id: id,
    property_name: chooseText(name, viewpoint.languages),
    property_value: presentValue(definition, record.value, viewpoint),
    last_change: presentTime(record.changedAt, viewpoint.workspace),
  }
}

/**
 * A value by its definition's type (L55). Values are kept as the workspace file writes them: a timestamp with its
 * zone, an enum as the id of its choice, a multiselect as a list of such. One that was kept while the definition was of
 * another type, and is none of this one, is null.
 */
function presentValue(
  definition: PropertyDefinition,
  value: unknown,
  { workspace, languages }: Viewpoint,
): unknown {
  if (value === null || value === undefined) return null
  const { type, items = [] } = definition
  if (type !== 'enum' && type !== 'multiselect') {
    const fitting = storedValue(definition, value, workspace.settings.timeZone) ?? null
    return type === 'timestamp' && fitting !== null
      ? presentTime(new Date(String(fitting)), workspace)
      : fitting
  }
  return [value].flat().map((chosen) => {
    const item = items.find(({ id }) => id === chosen)
    return presentChoice(String(chosen), item ? chooseText(item.name, languages) : String(chosen))
  })
}

function presentChoice(id: string, name: string): object {
  return { id, name, resource_record_id: null, state: 1 }
}
