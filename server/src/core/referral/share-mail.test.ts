import { expect, test } from 'vitest'
import { composeShareMail } from './share-mail.ts'

const link = 'https://go.acme.example/ann-1'
const tracked = `${link}?share_id=7`

function mailOf(message: string) {
  return composeShareMail({
    brand: 'Acme',
    languages: ['en'],
    advocateName: '',
    subject: '',
    message,
    link,
    trackedLink: tracked,
    optOutPage: 'https://go.acme.example/web/optout/x',
    optOutCall: 'https://go.acme.example/api/v4/unsubscribe?encrypted_email=x',
  })
}

test.each([
  ['Use my link https://go.acme.example/ann-1', `Use my link ${tracked}`],
  ['Here: https://go.acme.example/ann-1.', `Here: ${tracked}.`],
  ['(HTTPS://go.acme.example/Ann-1), or not', `(${tracked}), or not`],
  ['Seen https://go.acme.example/ann-1?', `Seen ${tracked}?`],
  ['https://go.acme.example/ann-1?utm=a b', `${tracked}&utm=a b`],
  ['https://go.acme.example/ann-1/ b', `${tracked} b`],
])(
  'the link of a share tells which share it is, however it stands in the text: %s (E84, E87)',
  (message, told) => {
    const { text, html } = mailOf(message)
    expect(text.startsWith(`${told}\n`)).toBe(true)
    expect(html).toMatch(/<a href="https:\/\/go\.acme\.example\/ann-1\?share_id=7(&amp;utm=a)?" style/)
  },
)

test.each([
  'https://go.acme.example/ann-12',
  'https://go.acme.example/ann-1.b',
  'https://go.acme.example/ann-1/b',
])(
  'a longer link that begins like the share’s is another one, and the share’s is added: %s (E84)',
  (other) => {
    const { text } = mailOf(`Not ${other} this`)
    expect(text.startsWith(`Not ${other} this\n\nHave a look\n${tracked}\n`)).toBe(true)
  },
)
