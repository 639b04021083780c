import type { FastifyReply } from 'fastify'
import { escapeHtml } from '../../../platform/escape-html.ts'
import { linkedPageHtml } from '../../../platform/http/linked-page.ts'

export interface Page {
  readonly language: string
  /** Whose page it is; empty where no workspace is known. */
  readonly brand: string
  readonly heading: string
  readonly text: string
  /** Posts to the page's own address. */
  readonly button?: string
}

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

/** A small page without scripts. Its address holds a secret, so it is told to nobody. */
export function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  const { text, button, ...shell } = page
  const form = button && `\n<form method="post"><button>${escapeHtml(button)}</button></form>`
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('Referrer-Policy', 'no-referrer')
    .header('X-Frame-Options', 'DENY')
    .header('Content-Security-Policy', policy)
    .send(linkedPageHtml({ ...shell, content: `<p>${escapeHtml(text)}</p>${form ?? ''}` }))
}
