import { randomInt } from 'node:crypto'

/** Why a text can be no share code (E67, E71). */
export type CodeFault = 'out-of-range' | 'illegal-character' | 'reserved-word' | 'profane-word'

const shortest = 4
const longest = 50

/**
 * First segments of paths that somebody answers on this origin, and those kept for later (S1, S2): a code that
 * was one of them could never be reached.
 */
const reservedWords: ReadonlySet<string> = new Set(
  `healthz readyz metrics docs manage console assets favicon.ico robots.txt webservice rest-api users leads events
  v1 user reward program wallet preload error error.html client entrypoints server sdk sdk.js scripts sse ack-nudge
  segment integrations play api v0 v2 v3 v4 v5 v6 v7 v8 v9 zones zone core.js core-loader.js web admin app auth
  login oauth public share static clevertap deeplink-redirect fragment-map index.html sitemap.xml manifest.json
  sw.js apple-touch-icon.png`.split(/\s+/),
)

/** Words that no brand wants in its customers' links. Whole parts of a code are compared, so Scunthorpe may share. */
const profaneWords: ReadonlySet<string> = new Set(
  'asshole bastard bitch bollocks cunt dickhead faggot fuck fucker fucking motherfucker nigger shit slut twat wanker whore'.split(
    ' ',
  ),
)

/** Why the text cannot be a share code; undefined where it can. */
export function findCodeFault(code: string): CodeFault | undefined {
  if (code.length < shortest || code.length > longest) return 'out-of-range'
  return findWordFault(code)
}

function findWordFault(code: string): CodeFault | undefined {
  if (!/^[A-Za-z0-9._-]+$/.test(code) || code.startsWith('.')) return 'illegal-character'
  const key = codeKey(code)
  if (reservedWords.has(key)) return 'reserved-word'
  return key.split(/[^a-z]+/).some((part) => profaneWords.has(part)) ? 'profane-word' : undefined
}

/** The form in which codes are compared: without regard to case (E67). */
export function codeKey(code: string): string {
  return code.toLowerCase()
}

/** Letters that no word can be made of, and no two of which look alike. */
const signs = 'bcdfghjkmnpqrstvwxz23456789'
const randomLength = 8

function randomSigns(): string {
  return Array.from({ length: randomLength }, () => signs[randomInt(signs.length)]).join('')
}

/**
 * Codes to try, in order, without end: every preferred one that is a code as it stands, then the first usable one
 * with `-` and random characters, or random ones alone (E68).
 */
export function* codeCandidates(preferred: readonly string[]): Generator<string, never> {
  yield* preferred.filter((entry) => findCodeFault(entry) === undefined)
  const stem = preferred
    .find((entry) => entry !== '' && findWordFault(entry) === undefined)
    ?.slice(0, longest - randomLength - 1)
  for (;;) yield stem === undefined ? randomSigns() : `${stem}-${randomSigns()}`
}
