import { escapeHtml } from '../../platform/escape-html.ts'
/** A mail in parts; every text is plain, and is escaped where it becomes HTML. */
export interface MailParts {
  /** BCP 47. */
  readonly language: string
  readonly brand: string
  readonly subject: string
  /** Line breaks are kept, links become links. */
  readonly paragraphs: readonly string[]
  readonly button?: { readonly label: string; readonly url: string }
  /** Small print, each with a link of its own if need be. */
  readonly footer: readonly { readonly text: string; readonly url?: string }[]
}

/** The two bodies of a mail: plain text, and one-column HTML that any client shows, without images and scripts. */
export function composeMail(parts: MailParts): { readonly text: string; readonly html: string } {
  return { text: composeText(parts), html: composeHtml(parts) }
}

function composeText({ paragraphs, button, footer, brand }: MailParts): string {
  const small = footer.map(({ text, url }) => (url === undefined ? text : `${text}\n${url}`))
  const body = [...paragraphs, ...(button ? [`${button.label}\n${button.url}`] : [])]
  return `${[...body, `-- \n${brand}`, ...small].join('\n\n')}\n`
}

function composeHtml({ language, brand, subject, paragraphs, button, footer }: MailParts): string {
  const body = paragraphs.map((text) => `<p style="margin:0 0 16px">${linked(text)}</p>`)
  const action =
    button &&
    `<p style="margin:24px 0"><a href="${escapeHtml(button.url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#4329c9;color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(button.label)}</a></p>`
  const small = footer.map(({ text, url }) => {
    const shown =
      url === undefined
        ? escapeHtml(text)
        : `<a href="${escapeHtml(url)}" style="color:#5c5c66">${escapeHtml(text)}</a>`
    return `<p style="margin:0 0 8px">${shown}</p>`
  })
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:24px;background:#f4f4f8;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#1b1b1f">
<div style="max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border-radius:12px">
<p style="margin:0 0 24px;font-weight:700">${escapeHtml(brand)}</p>
${[...body, action ?? ''].join('\n')}
</div>
<div style="max-width:560px;margin:16px auto 0;padding:0 32px;font-size:13px;color:#5c5c66">
${small.join('\n')}
</div>
</body>
</html>
`
}

/** Escaped text in which web addresses are links and lines stay lines. What closes a sentence behind a link is not its. */
function linked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}])/i)
    .map((part, index) =>
      index % 2 === 0
        ? escapeHtml(part).replace(/\r?\n/g, '<br>')
        : `<a href="${escapeHtml(part)}" style="color:#4329c9">${escapeHtml(part)}</a>`,
    )
    .join('')
}
