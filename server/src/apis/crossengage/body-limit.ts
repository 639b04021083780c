/** Section 6. */
export const bodyLimitBytes = 33_554_432
