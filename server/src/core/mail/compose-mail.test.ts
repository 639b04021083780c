import fc from 'fast-check'
import { expect, test } from 'vitest'
import { composeMail } from './compose-mail.ts'

test('no text becomes markup, whatever it holds', () => {
  const hostile = fc.array(
    fc.oneof(fc.string(), fc.constantFrom('<b>', '"', "'", '&', 'https://x/<i>', '\n', '<!--')),
  )
  fc.assert(
    fc.property(hostile, (pieces) => {
      const text = pieces.join('')
      const plain = composeMail({ ...parts, paragraphs: [], brand: 'B', subject: 'S', footer: [] }).html
      const { html } = composeMail({
        ...parts,
        paragraphs: [text],
        brand: text,
        subject: text,
        footer: [{ text }],
      })
      const tags = (source: string) => (source.match(/<(?!\/?(a|br|p)\b)/g) ?? []).length
      expect(tags(html)).toBe(tags(plain))
      for (const [, attributes = ''] of html.matchAll(/<a ([^>]*)>/g)) {
        expect(attributes).toMatch(/^href="https?:[^"]*" style="[^"]*"$/i)
      }
    }),
  )
})

const parts = {
  language: 'cs',
  brand: 'Acme & Co',
  subject: 'Hi',
  paragraphs: ['One\ntwo https://shop.example/?a=1&b=2'],
  button: { label: 'Go', url: 'https://go.example/x' },
  footer: [{ text: 'No more', url: 'https://go.example/opt' }],
}

test('both bodies hold all texts and links', () => {
  const { text, html } = composeMail(parts)
  for (const link of ['https://shop.example/?a=1&b=2', 'https://go.example/x', 'https://go.example/opt']) {
    expect(text).toContain(link)
    expect(html).toContain(`href="${link.replaceAll('&', '&amp;')}"`)
  }
  expect(html).toContain('<html lang="cs">')
  expect(html).toContain('One<br>two')
  expect(text).toContain('Acme & Co')
  expect(html).toContain('Acme &amp; Co')
})
