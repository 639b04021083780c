import type { LocalizedText } from '../workspaces/file/values/texts.ts'

/** The text in the first of these languages that it has, in any of its regions; else in whatever it has (S23). */
export function chooseText(text: LocalizedText, languages: readonly string[]): string {
  if (typeof text === 'string') return text
  for (const language of languages) {
    const exact = text[language]
    if (exact !== undefined) return exact
    const base = baseOf(language)
    const [, related] = Object.entries(text).find(([candidate]) => baseOf(candidate) === base) ?? []
    if (related !== undefined) return related
  }
  return Object.values(text)[0] ?? ''
}

function baseOf(language: string): string {
  return language.split('-')[0]?.toLowerCase() ?? ''
}

/** The languages of an `Accept-Language` header, most wanted first. */
export function acceptedLanguages(header: string | undefined): readonly string[] {
  return acceptedRanges(header).filter((range) => range !== anyLanguage)
}

/** What stands for every language that the header does not name. */
export const anyLanguage = '*'

/** The same, with `*` at its place (RFC 9110, 12.5.4). */
export function acceptedRanges(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((part, index) => {
      const [language = '', ...parameters] = part.split(';').map((piece) => piece.trim())
      const quality = parameters.find((parameter) => /^q=/i.test(parameter))
      return { language, index, quality: quality === undefined ? 1 : Number(quality.slice(2)) }
    })
    .filter(({ language, quality }) => /^([a-z]{1,8}(-[a-z0-9]{1,8})*|\*)$/i.test(language) && quality > 0)
    .sort((a, b) => b.quality - a.quality || a.index - b.index)
    .map(({ language }) => language)
}
