import { Type } from 'typebox'
import { about, Id, nullable, optional, Text, Texts } from './values.ts'

const Content = Type.Object({
  partner_content_id: nullable(Text),
  title: nullable(Text),
  image_url: nullable(Text),
  description: nullable(Text),
  url: nullable(Text),
})

const members = {
  code: Type.String({ examples: ['k3v9x2pd'] }),
  key: Text,
  label: nullable(Text),
  link: Type.String({ examples: ['https://go.acme.example/k3v9x2pd'] }),
  content: nullable(Content),
  data: Texts,
}

/** The object of extole 9. */
export const Shareable = Type.Object(members, { description: 'A share code.' })
export const Shareables = Type.Array(Shareable, { description: 'Share codes.' })
export const SomebodysShareable = Type.Object({ ...members, person_id: Id }, { description: 'A share code.' })

const v4 = { ...members, shareable_id: Id, target_url: nullable(Text) }
export const ShareableV4 = Type.Object(v4, { description: 'A share code.' })
export const ShareablesV4 = Type.Array(ShareableV4, { description: 'Share codes.' })

const given = {
  label: Type.String({ maxLength: 255, description: 'Selects the campaign; none: the default one.' }),
  key: Type.String({ maxLength: 255, description: 'Unique for each profile; none: the label.' }),
  content: Type.Object(
    optional({ partner_content_id: Text, title: Text, image_url: Text, description: Text, url: Text }),
  ),
  data: Texts,
}

export const NewShareable = Type.Object(
  optional({
    ...given,
    preferred_code_prefixes: Type.Array(Text, {
      description: 'The first free one is the code; where none is free, the first is completed.',
    }),
  }),
)

const code = { code: Type.String({ minLength: 4, maxLength: 50 }) }

export const NewShareableV5 = Type.Object(optional({ ...given, ...code }))
export const ChangedShareable = Type.Object(optional(given))
export const NewShareableV4 = Type.Object({ target_url: Text, ...optional({ ...given, ...code }) })

export const shareableFilters = optional({
  key: about('Only that of this key.'),
  label: about('Only those of it.'),
})
