import { Value } from 'typebox/value'
import type { PropertyDefinition, Store } from '../sections/loyalty.ts'
import { CalendarDate, Instant } from '../values/moments.ts'
import { type Check, refuseRepeats, refuseUnknown } from './check.ts'

/** Reference data of the loyalty programme. */
export function checkLoyalty(check: Check): void {
  const { loyalty } = check.file
  for (const list of [
    loyalty.customerSources,
    loyalty.stores,
    loyalty.interests,
    loyalty.properties,
    loyalty.pointTypes,
    loyalty.statuses,
    loyalty.cardTypes,
    loyalty.partners,
    loyalty.externalApplications,
  ]) {
    refuseRepeats<{ id: string }>(check, list, 'id')
  }
  refuseRepeats(check, loyalty.stores, 'code')
  for (const store of loyalty.stores) {
    checkOpening(check, store)
    checkPropertyValues(check, 'store', store.properties)
  }
  for (const partner of loyalty.partners) checkPropertyValues(check, 'partner', partner.properties)
  for (const definition of loyalty.properties) checkDefinition(check, definition)
  checkPoints(check)
  checkStatuses(check)
  for (const cardType of loyalty.cardTypes) {
    if (cardType.length > cardType.numberPrefix.length) continue
    check.refuse(cardType, ['length'], 'must be more than the length of numberPrefix')
  }
}

function checkOpening(check: Check, store: Store): void {
  for (const [day, intervals] of (store.opening ?? []).entries()) {
    let end = ''
    for (const [index, [from, to]] of intervals.entries()) {
      const place = ['opening', day, index]
      if (from >= to) check.refuse(store, place, 'must begin before it ends')
      else if (from < end) check.refuse(store, place, 'must begin after the interval before it has ended')
      end = to
    }
  }
}

function checkDefinition(check: Check, definition: PropertyDefinition): void {
  const { type, items } = definition
  const hasItems = type === 'enum' || type === 'multiselect'
  if (hasItems && !items && check.isSound(definition, ['items'])) {
    check.refuse(definition, ['items'], `is required where type is ${type}`)
  }
  if (!hasItems && items) check.refuse(definition, ['items'], 'belongs to type enum or multiselect alone')
  refuseRepeats(check, items ?? [], 'id')
}

function checkPoints(check: Check): void {
  const { pointTypes, earning } = check.file.loyalty
  const [, ...further] = pointTypes.filter((pointType) => pointType.default)
  for (const pointType of further)
    check.refuse(pointType, ['default'], 'is true of an earlier point type already')
  if (!earning) return
  refuseUnknown(check, earning, ['pointType'], 'point type', earning.pointType, check.defined.pointTypes)
  if (earning.pointType === undefined && check.defined.pointTypes.size === 0) {
    check.refuse(earning, ['pointType'], 'needs a point type, and the file defines none')
  }
}

function checkStatuses(check: Check): void {
  let before = -1
  for (const status of check.file.loyalty.statuses) {
    if (status.qualificationPoints <= before) {
      check.refuse(
        status,
        ['qualificationPoints'],
        `must be more than ${before}; statuses stand lowest first`,
      )
    }
    before = status.qualificationPoints
  }
}

/** That each value has a definition for this kind of owner, and its type (L55). */
export function checkPropertyValues(
  check: Check,
  owner: PropertyDefinition['owner'],
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [id, value] of Object.entries(values)) {
    refuseUnknown(check, values, [id], 'property', id, check.defined.properties)
    const definition = check.file.loyalty.properties.find((candidate) => candidate.id === id)
    if (!definition) continue
    if (definition.owner !== owner) {
      check.refuse(values, [id], `is a property of a ${definition.owner}, not of a ${owner}`)
    } else if (!fits(definition, value)) check.refuse(values, [id], `must be ${expected(definition)}`)
  }
}

function fits(definition: PropertyDefinition, value: unknown): boolean {
  const ids = (definition.items ?? []).map((item) => item.id)
  const isItem = (candidate: unknown) => typeof candidate === 'string' && ids.includes(candidate)
  switch (definition.type) {
    case 'string':
      return typeof value === 'string'
    case 'integer':
      return Number.isSafeInteger(value)
    case 'float':
      return Number.isFinite(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'date':
      return Value.Check(CalendarDate, value)
    case 'timestamp':
      return Value.Check(Instant, value)
    case 'enum':
      return isItem(value)
    case 'multiselect':
      return Array.isArray(value) && value.every(isItem)
    case 'custom':
      return true
  }
}

function expected(definition: PropertyDefinition): string {
  const ids = (definition.items ?? []).map((item) => item.id).join(', ')
  switch (definition.type) {
    case 'string':
      return 'text'
    case 'integer':
      return 'a whole number'
    case 'float':
      return 'a number'
    case 'boolean':
      return 'true or false'
    case 'date':
      return 'a date, such as 2026-01-31'
    case 'timestamp':
      return 'a time with its zone, such as 2026-01-31T00:00:00Z'
    case 'enum':
      return `one of ${ids}`
    case 'multiselect':
      return `a list of ${ids}`
    case 'custom':
      return 'anything'
  }
}
