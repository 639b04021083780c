/** Whether a text of a path can be an id of ours (L58): a positive number below 2^63. */
export function isRecordNumber(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text) && BigInt(text) < 2n ** 63n
}
