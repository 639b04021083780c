import { type Gender, genders, type Language, type NamePool } from './name-pools.ts'
import { between, pick, type Random, randomOfRow } from './random.ts'

/** The fields of a sample customer, in the order of the columns; attributes of the example workspaces. */
export const sampleFields = [
  'id',
  'email',
  'businessUnit',
  'firstName',
  'lastName',
  'gender',
  'birthday',
  'createdAt',
  'mobile',
  'lifetimeValue',
  'orderCount',
  'newsletter',
  'favouriteColors',
  'children',
] as const

/** What is undefined the customer does not have. */
export type SampleCustomer = Readonly<Record<(typeof sampleFields)[number], unknown>>

interface Market {
  readonly unit: string
  /** Of a hundred customers. */
  readonly share: number
  readonly language: Language
  readonly mobile: string
  readonly mobileDigits: number
}

const markets: readonly Market[] = [
  { unit: 'CZ', share: 45, language: 'cs', mobile: '+4207', mobileDigits: 8 },
  { unit: 'DE', share: 35, language: 'de', mobile: '+49151', mobileDigits: 8 },
  { unit: 'AT', share: 20, language: 'de', mobile: '+43664', mobileDigits: 7 },
]
const englishShare = 0.12
const colours = ['red', 'blue', 'green', 'yellow', 'black', 'white', 'orange', 'purple', 'pink', 'turquoise']
/** Reserved for examples (RFC 2606): a mail to a sample customer reaches nobody. */
const mailHosts = ['mail.example', 'post.example', 'example.com', 'example.net', 'example.org']
// Fixed days, so that the same seed gives the same file tomorrow.
const firstSignUp = Date.UTC(2018, 0, 1)
const lastSignUp = Date.UTC(2025, 11, 31)
const oldestBirthday = Date.UTC(1940, 0, 1)
const youngestBirthday = Date.UTC(2007, 11, 31)

/** The customer of a row, from 1: the same for the same seed, with an id and an e-mail of its own. */
export function makeCustomer(
  pools: Readonly<Record<Language, NamePool>>,
  seed: number,
  row: number,
): SampleCustomer {
  const random = randomOfRow(seed, row)
  const market = marketOf(random() * 100)
  const names = pools[random() < englishShare ? 'en' : market.language]
  const gender = pick(random, genders)
  const firstName = pick(random, names.firstNames[gender])
  const lastName = pick(random, names.lastNames[gender])
  const orderCount = random() < 0.3 ? 0 : Math.floor(-Math.log(1 - random()) * 6)
  return {
    id: `C${String(row).padStart(8, '0')}`,
    email: `${firstName.address}.${lastName.address}.${row.toString(36)}@${pick(random, mailHosts)}`,
    businessUnit: market.unit,
    firstName: firstName.text,
    lastName: lastName.text,
    gender: random() < 0.9 ? gender : undefined,
    birthday: random() < 0.8 ? dayBetween(random, oldestBirthday, youngestBirthday) : undefined,
    createdAt: momentBetween(random, firstSignUp, lastSignUp),
    mobile: random() < 0.7 ? mobileOf(market, random) : undefined,
    lifetimeValue: Math.round(orderCount * (5 + random() * 90) * 100) / 100,
    orderCount,
    newsletter: random() < 0.55,
    favouriteColors: random() < 0.6 ? coloursOf(random) : undefined,
    children: random() < 0.25 ? childrenOf(random, names) : undefined,
  }
}

function marketOf(percent: number): Market {
  let passed = 0
  for (const market of markets) {
    passed += market.share
    if (percent < passed) return market
  }
  throw new Error('the shares of the markets do not add up to a hundred')
}

function mobileOf({ mobile, mobileDigits }: Market, random: Random): string {
  return mobile + String(between(random, 0, 10 ** mobileDigits - 1)).padStart(mobileDigits, '0')
}

function coloursOf(random: Random): readonly string[] {
  return [...new Set(Array.from({ length: between(random, 1, 3) }, () => pick(random, colours)))]
}

function childrenOf(random: Random, names: NamePool): readonly unknown[] {
  return Array.from({ length: between(random, 1, 3) }, () => {
    const gender: Gender = pick(random, genders)
    return { name: pick(random, names.firstNames[gender]).text, age: between(random, 0, 17) }
  })
}

function momentBetween(random: Random, first: number, last: number): string {
  const moment = new Date(between(random, first / 1000, last / 1000) * 1000)
  return `${moment.toISOString().slice(0, 19)}Z`
}

function dayBetween(random: Random, first: number, last: number): string {
  return momentBetween(random, first, last).slice(0, 10)
}
