const titles = {
  '1': 'Invalid JSON',
  '2': 'Invalid Field',
  '3': 'Invalid Attribute Type',
  '4': 'Invalid Email Format',
  '5': 'Invalid Phone Format',
  '6': 'Unknown Attribute',
  '7': 'Identifier Mismatch',
  '8': 'Invalid Business Unit Format',
  '9': 'Max batch request size violation',
  '10': 'Request processing failed, please contact support',
} as const

export type ErrorCodeV2 = keyof typeof titles

/** An error as v2 answers it (section 4). */
export interface ErrorV2 {
  readonly code: ErrorCodeV2
  readonly title: string
  readonly details: string
  readonly info: string
  readonly source: { readonly pointer: string }
}

export function errorV2(code: ErrorCodeV2, details: string, pointer: string): ErrorV2 {
  const info = `https://docs.crossengage.io/errors#${code}`
  return { code, title: titles[code], details, info, source: { pointer } }
}

/** Code 2, which most causes have in common; `reason` begins with a colon where there is one. */
export function invalidField(field: string, pointer: string, reason = ''): ErrorV2 {
  return errorV2('2', `Invalid field value, or missing a required field ${field}${reason}`, pointer)
}

/** Code 10: something of ours failed, for a whole request or while one change was applied. */
export function processingFailed(pointer: string): ErrorV2 {
  return errorV2('10', titles['10'], pointer)
}
