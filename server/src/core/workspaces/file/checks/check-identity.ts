import { ownMember } from '../schema-node.ts'
import { type Check, refuseRepeatedTexts } from './check.ts'

/** The workspace's own settings, and the languages of every text in the file (S4, S23). */
export function checkIdentity(check: Check): void {
  const { file } = check
  refuseRepeatedTexts(check, file, ['languages'], file.languages)
  refuseRepeatedTexts(check, file, ['domains'], file.domains)
  refuseRepeatedTexts(check, file, ['origins'], file.origins)
  if (!check.isSound(file, ['languages']) || !check.isSound(file, ['defaultLanguage'])) return
  if (!file.languages.includes(file.defaultLanguage)) {
    check.refuse(file, ['defaultLanguage'], `is not among the languages ${file.languages.join(', ')}`)
    return
  }
  for (const { path, text } of check.texts) {
    for (const language of Object.keys(text)) {
      if (file.languages.includes(language)) continue
      check.refuse(file, [...path, language], `is not among the languages ${file.languages.join(', ')}`)
    }
    if (ownMember(text, file.defaultLanguage) === undefined) {
      check.refuse(file, path, `has no text in ${file.defaultLanguage}, the default language`)
    }
  }
}
