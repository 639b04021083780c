import type { ProfileFault, ProfileFaultCode } from '../../core/profiles/profile-fault.ts'
import { attributeTypeNames } from './attribute-type-names.ts'
import { type ErrorV2, errorV2, invalidField } from './error-v2.ts'
import { groupDigits } from './group-digits.ts'
import { jsonPointer } from './json-pointer.ts'
import { quote } from './quote.ts'

/**
 * A fault of a user as v2 answers it. `prefix` is the JSON pointer of the user in the request body: `""` for a
 * single one, `/updated/3` in a batch.
 */
export function presentFaultV2<Code extends ProfileFaultCode>(
  fault: ProfileFault<Code>,
  prefix = '',
): ErrorV2 {
  const present: Presenter<Code> = presenters[fault.code]
  return present(fault, prefix + jsonPointer(fault.path))
}

type Presenter<Code extends ProfileFaultCode> = (fault: ProfileFault<Code>, pointer: string) => ErrorV2

const presenters: { readonly [Code in ProfileFaultCode]: Presenter<Code> } = {
  required: namedField,
  'empty-customer-id': namedField,
  'empty-email': namedField,
  'not-text': namedField,
  'customer-id-not-allowed': namedField,
  'customer-id-too-long': ({ name, limitCharacters }, pointer) =>
    invalidField(quote(name), pointer, `: longer than ${groupDigits(limitCharacters)} characters`),
  'invalid-character': ({ name }, pointer) => invalidField(quote(name), pointer, ': invalid character'),
  'malformed-email': ({ value }, pointer) =>
    errorV2('4', `Invalid email ${quote(value)}. ${emailFormat}`, pointer),
  'malformed-business-unit': ({ value }, pointer) =>
    errorV2('8', `Invalid business unit ${quote(value)}`, pointer),
  'unknown-attribute': ({ name }, pointer) =>
    errorV2('6', `Attribute ${quote(name)} does not exist`, pointer),
  'wrong-type': ({ name, expected }, pointer) =>
    errorV2(
      '3',
      `Invalid type for attribute ${quote(name)}, expected ${attributeTypeNames[expected]}`,
      pointer,
    ),
  'malformed-phone': ({ value }, pointer) =>
    errorV2('5', `Invalid phone ${quote(value)}. The phone number must be in the E.164 format`, pointer),
  'text-too-large': ({ name, limitBytes }, pointer) =>
    invalidField(quote(name), pointer, `: longer than ${groupDigits(limitBytes)} bytes`),
  'too-many-objects': ({ name, limit }, pointer) =>
    invalidField(quote(name), pointer, `: more than ${groupDigits(limit)} objects`),
  'profile-too-large': ({ limitBytes }, pointer) =>
    invalidField(quote('user'), pointer, `: larger than ${groupDigits(limitBytes)} bytes`),
}

const emailFormat = 'The email address must be in the addr-spec format as defined in RFC 5322'

function namedField({ name }: ProfileFault, pointer: string): ErrorV2 {
  return invalidField(quote(name), pointer)
}
