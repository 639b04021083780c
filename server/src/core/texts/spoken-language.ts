/** The first wanted language, in any of its regions, that we speak ourselves; else the first of those (S23). */
export function spokenLanguage<Language extends string>(
  wanted: readonly string[],
  spoken: readonly [Language, ...Language[]],
): Language {
  for (const tag of wanted) {
    // Some clients write cs_CZ, and a profile's language is kept as it was given.
    const base = tag.split(/[-_]/)[0]?.toLowerCase()
    const found = spoken.find((language) => language === base)
    if (found !== undefined) return found
  }
  return spoken[0]
}
