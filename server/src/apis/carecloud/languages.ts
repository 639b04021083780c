import { acceptedRanges, anyLanguage } from '../../core/texts/choose-text.ts'
import type { WorkspaceSettings } from '../../core/workspaces/workspace.ts'

/**
 * The workspace's languages, the one that best fits `Accept-Language` first, the default language next (L52): by
 * weight, a region fits its language and a language its regions. `*` fits what the header does not name, the default
 * before others.
 */
export function negotiateLanguages(
  header: string | undefined,
  { languages, defaultLanguage }: Pick<WorkspaceSettings, 'languages' | 'defaultLanguage'>,
): readonly string[] {
  const wanted = acceptedRanges(header)
  const named = new Set(wanted.map((range) => fitting(range, languages)))
  const unnamed = [defaultLanguage, ...languages].find((language) => !named.has(language))
  const best = wanted
    .map((range) => (range === anyLanguage ? unnamed : fitting(range, languages)))
    .find((language) => language !== undefined)
  return best === undefined || best === defaultLanguage ? [defaultLanguage] : [best, defaultLanguage]
}

function fitting(tag: string, languages: readonly string[]): string | undefined {
  const lower = tag.toLowerCase()
  const base = baseOf(lower)
  return (
    languages.find((language) => language.toLowerCase() === lower) ??
    languages.find((language) => language.toLowerCase() === base) ??
    languages.find((language) => baseOf(language.toLowerCase()) === base)
  )
}

function baseOf(language: string): string {
  return language.split('-')[0] ?? ''
}
