import { describe, expect, it } from 'vitest'
import type { Fields } from '../client.ts'
import { backEnd, client, type List, listOf, newDevice } from './cc.ts'

const back = backEnd()
const czech = { 'Accept-Language': 'cs' }

function ids(list: List | readonly Fields[], name: string): readonly unknown[] {
  return ('items' in list ? list.items : list).map((item) => item[name])
}

describe('languages', () => {
  const nameIn = async (language: string | undefined) => {
    const headers: Readonly<Record<string, string | undefined>> = { 'Accept-Language': language }
    const reply = await back.get('/interests/ice-cream', headers)
    return [JSON.parse(reply.body.toString()).data.name, reply.headers['content-language']]
  }

  it.each([
    [undefined, 'Ice cream', 'en'],
    ['', 'Ice cream', 'en'],
    ['cs', 'Zmrzlina', 'cs'],
    ['cs-CZ', 'Zmrzlina', 'cs'],
    ['CS', 'Zmrzlina', 'cs'],
    ['cs, en-gb;q=0.8', 'Zmrzlina', 'cs'],
    ['en-gb, cs;q=0.8', 'Ice cream', 'en'],
    ['en-gb;q=0.1, cs;q=0.8', 'Zmrzlina', 'cs'],
    ['fr', 'Ice cream', 'en'],
    ['fr, cs;q=0.2', 'Zmrzlina', 'cs'],
    ['cs;q=0', 'Ice cream', 'en'],
    ['*', 'Ice cream', 'en'],
    ['nonsense;;;q=x', 'Ice cream', 'en'],
    ['cs;q=0.5, en;q=0.5', 'Zmrzlina', 'cs'],
    [`${'cs-x,'.repeat(2000)}en`, 'Zmrzlina', 'cs'],
  ])('L52: Accept-Language "%s"', async (header, name, language) => {
    expect(await nameIn(header)).toEqual([name, language])
  })

  it('L52: a text that a language lacks is in the default language', async () => {
    const reply = await back.get('/interests/ice-cream', { 'Accept-Language': 'de' })
    expect(reply.headers['content-language']).toBe('de')
    expect(JSON.parse(reply.body.toString()).data.name).toBe('Ice cream')
  })

  it('L52: names everywhere: lists, countries, properties, agreements, rewards', async () => {
    const device = await newDevice()
    const { items } = listOf(await device.get('/interests', czech), 'interests')
    expect(ids({ items, total: 2 }, 'name')).toEqual(['Zmrzlina', 'Knihy'])
    const countries = listOf(await device.get('/countries?country_id=cz', czech), 'countries')
    expect(countries.items[0]?.name).toBe('Česko')
    expect(await device.read('/agreements/gtc', czech)).toMatchObject({
      name: 'Obchodní podmínky',
      text: 'Obchodní podmínky',
    })
    expect(await device.read('/rewards/ten-euro', czech)).toMatchObject({ name: 'Sleva 10 €' })
    expect(await device.read('/stores/brno', czech)).toMatchObject({ name: 'Brno roh' })
    const diet = await device.read('/customer-properties/diet', czech)
    expect((diet.items as Fields[]).map(({ name }) => name)).toEqual(['Vegan', 'Cokoli'])
  })

  it('L52, L40: a filter by name goes by the language that is answered', async () => {
    const found = listOf(await back.get('/interests?name=zmrz', czech), 'interests')
    expect(found.total).toBe(1)
    expect((await back.list('/interests?name=zmrz')).total).toBe(0)
  })

  it('L52: error messages are English', async () => {
    const english = await back.post('/customers', {})
    const asked = await back.ask('POST', '/customers', { headers: czech, body: {} })
    expect(JSON.parse(asked.body.toString())).toEqual(JSON.parse(english.body.toString()))
  })

  it('L52, S23: an open call too', async () => {
    const reply = await client('customer', undefined).get('/languages', czech)
    expect(reply.headers['content-language']).toBe('cs')
  })
})
