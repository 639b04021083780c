import { type Static, type TSchemaOptions, Type } from 'typebox'
import { matchingText } from './shapes.ts'

const idReason = 'must be an id: 1 to 64 letters, digits, "_" or "-", beginning with a letter or a digit'

/** An id chosen in the file. It is the wire id as it stands (L57), so old ids of another system fit as well. */
export const Id = matchingText(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, idReason)

/** Another entry's id. */
export const Reference = Type.String({ minLength: 1, maxLength: 255 })

/** A text that nobody but operators reads: one line, no blanks at its ends. */
export const Label = label()

/** Name of an event as it comes over any API (E93). */
export const EventName = eventName()

export function eventName(options: TSchemaOptions = {}) {
  return Type.Refine(
    label(options),
    (name) => name !== '*',
    () => 'must be an event name other than "*"',
  )
}

function label(options: TSchemaOptions = {}) {
  return matchingText(
    /^(?=.{1,255}$)[^\s\p{Cc}]([^\p{Cc}]*[^\s\p{Cc}])?$/u,
    'must be one line of 1 to 255 characters without blanks at its ends',
    options,
  )
}

/** ISO 639 with an optional script or region: `en`, `pt-BR`. */
export function languageTag(options: TSchemaOptions = {}) {
  return Type.Refine(Type.String(options), isLanguageTag, () => 'must be a language such as en or pt-BR')
}

function isLanguageTag(tag: string): boolean {
  return /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag) && canBe(() => Intl.getCanonicalLocales(tag))
}

function canBe(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

/** A text that customers read: the same in every language, or a map from language to text (S23). */
export const LocalizedText = localizedText(1)

/** The same where nothing to read is a choice too. */
export const OptionalText = localizedText(0, { default: '' })

function localizedText(minLength: number, options: TSchemaOptions = {}) {
  const text = Type.String({ minLength, maxLength: 10_000 })
  const byLanguage = Type.Record(Type.String(), text, { minProperties: 1, localized: true })
  return Type.Union([text, byLanguage], options)
}

export type LocalizedText = Static<typeof LocalizedText>

/** The texts there are of a localised text, whatever their language. */
export function textsOf(
  text: LocalizedText,
): readonly { readonly language?: string; readonly text: string }[] {
  if (typeof text === 'string') return [{ text }]
  return Object.entries(text).map(([language, entry]) => ({ language, text: entry }))
}
