import { isJsonObject, type JsonObject } from '../../../core/profiles/json-object.ts'
import { isLongerThan } from '../../../core/profiles/text.ts'
import type { ShareContent } from '../../../core/referral/share-codes.ts'
import { ExtoleError } from '../errors.ts'
import { fieldOf, malformed, objectField, textField } from '../read-field.ts'

/** What a request says of a shareable; what is absent was not said. */
export interface ShareableInput {
  readonly label?: string
  readonly key?: string
  readonly code?: string
  readonly preferred: readonly string[]
  readonly content?: ShareContent
  readonly data?: Readonly<Record<string, string>>
  /** Kept, and nothing more: a link always leads to the campaign's landing page (v4). */
  readonly targetUrl?: string
}

const longest = { label: 255, key: 255, name: 200, value: 2000, url: 2000 }

/** Reads and checks a shareable (E69, E71); of texts that have to be links, only http(s) is one. */
export function readShareable(input: JsonObject, version: 'v6' | 'v5'): ShareableInput {
  const label = textField(input, 'label')
  const key = textField(input, 'key')
  const code = textField(input, 'code')
  if (label !== undefined) checkLabel(label, version)
  if (key !== undefined && isLongerThan(key, longest.key)) throw malformed('key', key)
  const content = readContent(input)
  const data = readData(input)
  return {
    ...(label !== undefined && { label }),
    ...(key !== undefined && key !== '' && { key }),
    ...(code !== undefined && { code }),
    preferred: readPreferred(input),
    ...(content && { content }),
    ...(data && { data }),
  }
}

function checkLabel(label: string, version: 'v6' | 'v5'): void {
  const shortest = version === 'v6' ? 1 : 2
  if (label.length < shortest || label.length > longest.label) {
    if (version === 'v5') throw new ExtoleError('label_name_out_of_range', { name: label.slice(0, 300) })
    throw new ExtoleError('label_name_length_out_of_range', {
      name: label.slice(0, 300),
      min_length: String(shortest),
      max_length: String(longest.label),
    })
  }
  if (!/^[A-Za-z0-9_-]+$/.test(label))
    throw new ExtoleError('label_name_contains_illegal_character', { label })
}

/** Entries that are no texts are as unusable as those that are no codes (E68). */
export function readPreferred(input: JsonObject): readonly string[] {
  const value = fieldOf(input, 'preferred_code_prefixes')
  if (value === undefined) return []
  if (!Array.isArray(value)) throw malformed('preferred_code_prefixes', value)
  return value.filter((entry): entry is string => typeof entry === 'string')
}

function readContent(input: JsonObject): ShareContent | undefined {
  const content = objectField(input, 'content')
  if (!content) return undefined
  const text = (name: string) => textField(content, name) ?? null
  const read = {
    partner_content_id: text('partner_content_id'),
    title: text('title'),
    image_url: text('image_url'),
    description: text('description'),
    url: text('url'),
  }
  if (read.image_url !== null && !isWebUrl(read.image_url)) {
    throw new ExtoleError('content_image_url_invalid', { image_url: read.image_url.slice(0, 300) })
  }
  if (read.url !== null && read.url.length > longest.url) {
    throw new ExtoleError('content_url_length_out_of_range', {
      url: read.url.slice(0, 300),
      max_length: String(longest.url),
    })
  }
  if (read.url !== null && !isWebUrl(read.url))
    throw new ExtoleError('invalid_content_url', { url: read.url.slice(0, 300) })
  return read
}

function readData(input: JsonObject): Readonly<Record<string, string>> | undefined {
  const data = fieldOf(input, 'data')
  if (data === undefined) return undefined
  if (!isJsonObject(data)) throw malformed('data', data)
  const read: [string, string][] = []
  for (const [name, value] of Object.entries(data)) {
    const shown = { name: name.slice(0, 300) }
    if (value === null) continue
    if (isLongerThan(name, longest.name))
      throw new ExtoleError('data_attribute_name_length_out_of_range', shown)
    if (name.trim() === '' || /\p{Cc}/u.test(name))
      throw new ExtoleError('data_attribute_name_invalid', shown)
    if (typeof value !== 'string') throw new ExtoleError('data_attribute_value_invalid', shown)
    if (isLongerThan(value, longest.value))
      throw new ExtoleError('data_attribute_value_length_out_of_range', shown)
    read.push([name, value])
  }
  return Object.fromEntries(read)
}

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
