import { expect, test } from 'vitest'
import { csvFormat, ndjsonFormat } from './format-profiles.ts'

const attributes = ['firstName', 'age', 'colours', 'mobile']
const profiles = [
  {
    id: '018f3d2e-0000-7000-8000-000000000001',
    customerId: '1',
    email: 'ada@example.com',
    businessUnit: null,
    attributesJson:
      '{"age": 36, "colours": ["red"], "firstName": "=HYPERLINK(1)", "mobile": "+420221634695", "gone": 1}',
  },
]

test('NDJSON holds what has a value, attributes in the order of the workspace, none it no longer has', () => {
  expect(ndjsonFormat(attributes).format(profiles)).toBe(
    '{"id":"1","profileId":"018f3d2e-0000-7000-8000-000000000001","email":"ada@example.com","firstName":"=HYPERLINK(1)","age":36,"colours":["red"],"mobile":"+420221634695"}\n',
  )
})

test('CSV writes texts as they are, arrays as JSON, and nothing for no value', () => {
  const { header, format } = csvFormat(attributes, { forSpreadsheet: false })
  expect(header).toBe('id,profileId,email,businessUnit,firstName,age,colours,mobile\n')
  expect(format(profiles)).toBe(
    '1,018f3d2e-0000-7000-8000-000000000001,ada@example.com,,=HYPERLINK(1),36,"[""red""]",+420221634695\n',
  )
})

test('CSV for a spreadsheet holds no formula', () => {
  const { header, format } = csvFormat(attributes, { forSpreadsheet: true })
  expect(header.startsWith('\uFEFF')).toBe(true)
  expect(format(profiles)).toContain(",'=HYPERLINK(1),")
})

test('an attribute may be called profileId: the profile’s own id has another name then, in both formats', () => {
  const named = profiles.map((profile) => ({ ...profile, attributesJson: '{"profileId": "theirs"}' }))
  expect(JSON.parse(ndjsonFormat(['profileId']).format(named))).toEqual({
    id: '1',
    'tessera:profileId': '018f3d2e-0000-7000-8000-000000000001',
    email: 'ada@example.com',
    profileId: 'theirs',
  })
  const { header, format } = csvFormat(['profileId'], { forSpreadsheet: false })
  expect(header).toBe('id,tessera:profileId,email,businessUnit,profileId\n')
  expect(format(named)).toBe('1,018f3d2e-0000-7000-8000-000000000001,ada@example.com,,theirs\n')
})
