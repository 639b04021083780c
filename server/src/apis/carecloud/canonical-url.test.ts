import { expect, test } from 'vitest'
import { canonicalUrl, ownCustomer } from './canonical-url.ts'

const e = '/rest-api/enterprise-interface/v1.0'
const c = '/rest-api/customer-interface/v1.0'

test('both prefixes, with a slash at the end or none, are one address (L1, L2)', () => {
  for (const url of [`${e}/cards`, `${e}/cards/`, `/webservice${e}/cards`, `/webservice${e}/cards/`]) {
    expect(canonicalUrl(url, 'GET')).toBe(`${e}/cards`)
    expect(canonicalUrl(`${url}?a=/x/&b`, 'GET')).toBe(`${e}/cards?a=/x/&b`)
  }
})

test('one slash at the end is ignored, and no second one (L2)', () => {
  for (const url of [`${e}/cards//`, `/webservice${e}/cards//`]) {
    expect(canonicalUrl(url, 'GET')).toBe(`${e}/cards//`)
    expect(canonicalUrl(`${url}?a=1`, 'GET')).toBe(`${e}/cards//?a=1`)
  }
})

test('every other name that older documentation taught leads to the one there is (L3)', () => {
  const names: readonly (readonly [string, string])[] = [
    ['/customers/8/interst-records', '/customers/8/interest-records'],
    ['/customers/8/interst-records/r1', '/customers/8/interest-records/r1'],
    ['/customers/8/interests', '/customers/8/interest-records'],
    ['/customers/8/interests/r1', '/customers/8/interest-records/r1'],
    ['/customers/8/properties', '/customers/8/property-records'],
    ['/customers/8/properties/batch', '/customers/8/property-records/batch'],
    ['/customers/8/sources', '/customers/8/customer-source-records'],
    ['/customers/8/statuses', '/customers/8/status-records'],
    ['/cusomer-sources', '/customer-sources'],
    ['/cusomer-sources/eshop', '/customer-sources/eshop'],
    ['/consents', '/agreements'],
    ['/consents/gtc', '/agreements/gtc'],
    ['/purchases/action/send-purchase', '/purchases/actions/send-purchase'],
    ['/purchases/actions/recommend-best-rewards', '/purchases/actions/recommended-best-rewards'],
    ['/purchases/action/recommend-best-rewards', '/purchases/actions/recommended-best-rewards'],
  ]
  for (const [taught, served] of names) {
    for (const base of [c, e]) expect(canonicalUrl(`${base}${taught}`, 'POST')).toBe(`${base}${served}`)
  }
})

test('on C what names no customer is the logged-in one’s (L3)', () => {
  expect(canonicalUrl(`${c}/customers`, 'PUT')).toBe(`${c}/customers/${ownCustomer}`)
  expect(canonicalUrl(`${c}/customers/property-records`, 'GET')).toBe(
    `${c}/customers/${ownCustomer}/property-records`,
  )
  expect(canonicalUrl(`${c}/customers/property-records/a:8`, 'PUT')).toBe(
    `${c}/customers/${ownCustomer}/property-records/a:8`,
  )
  expect(canonicalUrl(`${c}/customers`, 'POST')).toBe(`${c}/customers`)
  expect(canonicalUrl(`${e}/customers`, 'PUT')).toBe(`${e}/customers`)
  expect(canonicalUrl(`${e}/customers/property-records`, 'GET')).toBe(`${e}/customers/property-records`)
})

test('a percent-encoded sign that needs no encoding is the sign, in a name as in an id (L2, L3)', () => {
  expect(canonicalUrl(`${e}/%63onsents/gt%63?a=%63`, 'GET')).toBe(`${e}/agreements/gtc?a=%63`)
  expect(canonicalUrl(`${c}/custo%6Ders/property%2Drecords`, 'GET')).toBe(
    `${c}/customers/${ownCustomer}/property-records`,
  )
  for (const id of ['a%3A8', 'a%2Fb', '%25', '%C4%8D', '%ff', '%']) {
    expect(canonicalUrl(`${e}/stores/${id}`, 'GET')).toBe(`${e}/stores/${id}`)
  }
})

test('addresses of others, and ids that look like other names, stay as they are', () => {
  for (const url of [
    '/v5/token',
    '/rest-apis/x',
    '/webservicex/rest-api',
    `${e}/customers/actions/properties`,
    `${e}/stores/8/properties`,
    `${e}/customers/properties`,
    `${e}/rewards/consents`,
  ]) {
    expect(canonicalUrl(url, 'GET')).toBe(url)
  }
})
