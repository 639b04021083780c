const e164 = /^\+[1-9][0-9]{5,14}$/
const phonePunctuation = /[\s\p{Pd}./()[\]]+/gu

/** Whether the text is an E.164 number as it stands: `+` and 6 to 15 digits, the first not 0. */
export function isE164(text: string): boolean {
  return e164.test(text)
}

/**
 * The form in which phone numbers are compared (S10): blanks, dashes, dots, slashes and brackets off, a leading
 * `00` read as `+`. `undefined` for what is no phone number then, among others a number without country code.
 */
export function phoneKey(text: string): string | undefined {
  if (e164.test(text)) return text
  const key = text.replace(phonePunctuation, '').replace(/^00/, '+')
  return e164.test(key) ? key : undefined
}
