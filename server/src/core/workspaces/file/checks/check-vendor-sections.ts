import { type Check, entryPath, refuseRepeatedTexts, refuseRepeats, refuseUnknown } from './check.ts'

/** The sections that only one API reads. */
export function checkVendorSections(check: Check): void {
  const { carecloud, customerglu, customerData } = check.file
  for (const list of [carecloud.purchaseTypes, carecloud.purchaseItemTypes, carecloud.addressTypes]) {
    refuseRepeats(check, list, 'id')
  }
  refuseRepeatedTexts(check, carecloud.customerInterface, ['allow'], carecloud.customerInterface.allow)
  const unit = carecloud.businessUnit?.toLowerCase()
  const units = customerData.businessUnits
  const isKnown = unit === undefined || units.some((candidate) => candidate.toLowerCase() === unit)
  if (!isKnown && units.length > 0 && check.isSound(customerData, ['businessUnits'])) {
    check.refuse(carecloud, ['businessUnit'], `must be one of ${units.join(', ')}`)
  }
  refuseRepeatedTexts(check, customerglu, ['pageDomains'], customerglu.pageDomains)
  refuseRepeatedTexts(check, customerglu, ['backendAttributes'], customerglu.backendAttributes)
  for (const [index, name] of customerglu.backendAttributes.entries()) {
    refuseUnknown(
      check,
      customerglu,
      entryPath(check, customerglu, ['backendAttributes'], index),
      'attribute',
      name,
      check.defined.attributes,
    )
  }
}
