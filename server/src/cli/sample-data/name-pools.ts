import { faker as cs } from '@faker-js/faker/locale/cs_CZ'
import { faker as de } from '@faker-js/faker/locale/de'
import { faker as en } from '@faker-js/faker/locale/en'

export const genders = ['female', 'male'] as const
export type Gender = (typeof genders)[number]

/** A name, and how it is written in an e-mail address. */
interface PooledName {
  readonly text: string
  readonly address: string
}

export interface NamePool {
  readonly firstNames: Readonly<Record<Gender, readonly PooledName[]>>
  readonly lastNames: Readonly<Record<Gender, readonly PooledName[]>>
}

export type Language = 'cs' | 'de' | 'en'

/** Faker makes some ten thousand names a second: it fills pools once, and customers are combined from them. */
export function namePools(): Readonly<Record<Language, NamePool>> {
  return { cs: poolOf(cs), de: poolOf(de), en: poolOf(en) }
}

function poolOf(faker: typeof cs): NamePool {
  faker.seed(1)
  return {
    firstNames: byGender((gender) => faker.person.firstName(gender)),
    lastNames: byGender((gender) => faker.person.lastName(gender)),
  }
}

const triesPerPool = 1500

function byGender(make: (gender: Gender) => string): Record<Gender, readonly PooledName[]> {
  const draw = (gender: Gender) =>
    [...new Set(Array.from({ length: triesPerPool }, () => make(gender)))].map((text) => ({
      text,
      address: addressOf(text),
    }))
  return { female: draw('female'), male: draw('male') }
}

function addressOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/[^a-z]/g, '')
}
