import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { acmeValues, change, faultsOf, faultsOfAcmeWith, partsOf } from './acme.fixture.ts'

/** Place in acme, wrong value, and the fault: a path of its own only where it is not the place. */
type Wrong = [place: string, value: unknown, reason: string, path?: string]

const id = 'must be an id: 1 to 64 letters, digits, "_" or "-", beginning with a letter or a digit'
const undefinedReward = 'names reward "nope", which the file does not define'
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const ec = generateKeyPairSync('ec', {
  namedCurve: 'prime256v1',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

const sections: Record<string, Wrong[]> = {
  'the workspace itself': [
    ['timeZone', '+01:00', 'must be a time zone of the IANA list, such as Europe/Prague'],
    ['timeZone', 'Europe/Prag', 'must be a time zone of the IANA list, such as Europe/Prague'],
    ['currency', 'EURO', 'must be a currency of ISO 4217 in upper case, such as EUR'],
    ['defaultLanguage', 'fr', 'is not among the languages en, cs, de'],
    ['languages[2]', 'en', 'repeats "en"'],
    ['languages[2]', 'english', 'must be a language such as en or pt-BR'],
    [
      'domains[0]',
      'https://acme.localhost',
      'must be a host name in lower case, without scheme, port and path, such as shop.example',
    ],
    [
      'domains[0]',
      'acme.localhost:8080',
      'must be a host name in lower case, without scheme, port and path, such as shop.example',
    ],
    [
      'domains[1]',
      '127.0.0.256',
      'must be a host name in lower case, without scheme, port and path, such as shop.example',
    ],
    [
      'origins[0]',
      'https://shop.acme.example/',
      'must be an origin (scheme, host and port alone, such as https://shop.example) or "*"',
    ],
    [
      'publicUrl',
      'https://go.acme.example/',
      'must be an absolute http or https URL without a slash, a query or a fragment at its end',
    ],
    ['displayName', 7, 'must be text; put it in quotes'],
    ['rewards', {}, 'must be a list'],
  ],
  'keys, JWT keys and operators': [
    [
      'keys[0].kind',
      'mastr',
      'must be one of master, write, exchange-account, manage; did you mean "master"?',
    ],
    ['keys[1].name', 'backend', 'is "backend", which an earlier entry has already'],
    [
      'keys[1].secret',
      'test-master-key',
      'repeats the secret of key "backend"; every credential needs its own',
    ],
    ['keys[1].secret', 'with blank', 'must be 8 to 200 visible ASCII characters without blanks'],
    [
      'exchange.endpoints[0].key',
      'test-master-key',
      'repeats the secret of key "backend"; every credential needs its own',
    ],
    [
      'webhooks[0].secret',
      'test-master-key',
      'repeats the secret of key "backend"; every credential needs its own',
    ],
    ['jwtKeys[0].secret', 'short', 'must be at least 32 bytes long for HS256'],
    [
      'jwtKeys[0].algorithm',
      'none',
      'must be one of HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512',
    ],
    ['jwtKeys[0]', { kid: 'k', algorithm: 'RS256' }, 'is required', 'jwtKeys[0].publicKey'],
    [
      'jwtKeys[0]',
      { kid: 'k', algorithm: 'RS256', publicKey: 'x' },
      'must be a public key in PEM (-----BEGIN PUBLIC KEY-----)',
      'jwtKeys[0].publicKey',
    ],
    [
      'jwtKeys[0]',
      { kid: 'k', algorithm: 'RS256', publicKey: rsa.publicKey },
      'must be an RSA key of at least 2048 bits',
      'jwtKeys[0].publicKey',
    ],
    [
      'jwtKeys[0]',
      { kid: 'k', algorithm: 'RS256', publicKey: rsa.privateKey },
      'holds a private key; give the public one alone',
      'jwtKeys[0].publicKey',
    ],
    [
      'jwtKeys[0]',
      { kid: 'k', algorithm: 'ES384', publicKey: ec.publicKey },
      'must be an elliptic curve key (secp384r1) for ES384',
      'jwtKeys[0].publicKey',
    ],
    [
      'operators[1].login',
      'a:b',
      'must be 1 to 255 characters without blanks and without a colon (Basic credentials end the login there)',
    ],
    ['operators[1].role', 'cashier', 'must be one of owner, admin, analyst, support, till'],
    ['operators[1].password', 'short', 'must have at least 8 characters'],
  ],
  'customer data (C51, C52, S22)': [
    [
      'customerData.attributes[0].name',
      'first name',
      'must be 1 to 100 letters, digits, "_" or "-", beginning with a letter',
    ],
    ['customerData.attributes[8].name', 'xngId', 'must not be "xngId", which is reserved'],
    ['customerData.attributes[8].name', 'constructor', 'must not be "constructor", which is reserved'],
    [
      'customerData.attributes[8].name',
      'birth_date',
      'must not end in _date, _float, _bool, _string, _nested or _int',
    ],
    ['customerData.attributes[8].name', 'firstName', 'is "firstName", which an earlier entry has already'],
    [
      'customerData.attributes[8].type',
      'bool',
      'must be one of string, integer, float, boolean, datetime, array, object',
    ],
    [
      'customerData.attributes[9].items',
      'object',
      'is required where items is object',
      'customerData.attributes[9].fields',
    ],
    [
      'customerData.attributes[10].items',
      'string',
      'belongs to items: object alone',
      'customerData.attributes[10].fields',
    ],
    [
      'customerData.attributes[10].fields[1].type',
      'array',
      'must be one of string, integer, float, boolean, datetime',
    ],
    [
      'customerData.attributes[10].fields',
      Array.from({ length: 31 }, (_, n) => ({ name: `f${n}`, type: 'string' })),
      'have 31 fields in all; at most 30 are possible',
      'customerData.attributes',
    ],
    ['customerData.attributes[8].format', 'phone', 'is not a known setting'],
    ['customerData.standardFields.gender', 'sex', 'names attribute "sex", which the file does not define'],
    [
      'customerData.standardFields.birthdate',
      'createdat',
      'names attribute "createdat", which the file does not define',
    ],
    [
      'customerData.standardFields.gender',
      'orderCount',
      'must be an attribute of type string; "orderCount" is integer',
    ],
    [
      'customerData.standardFields.gender',
      'lastName',
      'binds attribute "lastName", which last_name binds already',
    ],
    ['customerData.standardFields.frist_name', 'firstName', 'is not a known setting'],
    ['customerData.businessUnits[1]', 'de', 'repeats "de"'],
    ['customerData.partialBatchStatus', 200, 'must be one of 400, 202'],
  ],
  'event types, segments, consents': [
    [
      'eventTypes[0].code',
      'purchase',
      'is "purchase", which an earlier entry has already',
      'eventTypes[2].code',
    ],
    ['eventTypes[0].code', '*', 'must be an event name other than "*"'],
    ['eventTypes[2].attributes[0].type', 'money', 'must be one of string, number, boolean, date'],
    ['segments[1].id', 'api', 'must not be "api", which is an audience of its own'],
    ['segments[1].list', false, 'is required, or list: true in its place', 'segments[1].where'],
    ['segments[0].list', true, 'cannot stand beside "where"'],
    [
      'segments[0].where',
      { al: [] },
      'must have one of all, any, not, attribute, freeAttribute, event, consent, optedOut, blacklisted, addressOptedOut; did you mean "all"?',
    ],
    ['segments[0].where.any', [], 'cannot stand beside "all"'],
    ['segments[0].where.all', [], 'must not be empty'],
    ['segments[0].where.all[0].attribute', 'ltv', 'names attribute "ltv", which the file does not define'],
    [
      'segments[0].where.all[0].is',
      '=>',
      'must be one of =, !=, >, >=, <, <=, in, contains, exists; did you mean ">="?',
    ],
    [
      'segments[0].where.all[0].is',
      'contains',
      'must be one of =, !=, in, exists, >, >=, <, <= for lifetimeValue, which is float',
    ],
    ['segments[0].where.all[0].value', '500', 'must be float, as lifetimeValue is'],
    [
      'segments[0].where.all[1].event',
      'purchse',
      'names event "purchse", which eventTypes does not declare; did you mean "purchase"?',
    ],
    ['segments[0].where.all[1].withinDays', 0, 'must be at least 1'],
    [
      'segments[0].where',
      { not: { consent: 'gtx', is: 'given' } },
      'names consent "gtx", which the file does not define',
      'segments[0].where.not.consent',
    ],
    ['consents[0].text.fr', 'x', 'is not among the languages en, cs, de'],
    ['consents[0].text', { cs: 'x' }, 'has no text in en, the default language'],
    ['consents[0].channel', 'mail', 'must be one of email, sms, push; did you mean "email"?'],
  ],
  loyalty: [
    ['loyalty.stores[0].id', 'a:b', id, 'loyalty.stores[0].id'],
    ['loyalty.stores[0].opening[6]', undefined, 'has no value'],
    ['loyalty.stores[0].opening', [], 'must have exactly 7 entries'],
    ['loyalty.stores[0].opening[0][0]', ['12:00', '09:00'], 'must begin before it ends'],
    [
      'loyalty.stores[0].opening[0][1][0]',
      '11:00',
      'must begin after the interval before it has ended',
      'loyalty.stores[0].opening[0][1]',
    ],
    [
      'loyalty.stores[0].opening[0][0][0]',
      '9:00',
      'must be a time of day from "00:00" to "23:59", in quotes',
    ],
    ['loyalty.stores[0].address.countryCode', 'czk', 'must be a country of ISO 3166-1, such as cz'],
    ['loyalty.stores[0].gps.latitude', 91, 'must be at most 90'],
    ['loyalty.stores[0].properties.parking', 'yes', 'must be true or false'],
    ['loyalty.stores[0].properties.global', true, 'is a property of a reward, not of a store'],
    ['loyalty.stores[0].properties.park', true, 'names property "park", which the file does not define'],
    ['loyalty.properties[3].items', undefined, 'is required where type is enum'],
    ['loyalty.properties[3].items[1].id', 'vegan', 'is "vegan", which an earlier entry has already'],
    ['loyalty.properties[0].items', [{ id: 'a', name: 'A' }], 'belongs to type enum or multiselect alone'],
    ['loyalty.earning.pointType', 'basic', 'names point type "basic", which the file does not define'],
    ['loyalty.earning.pointsPerUnit', 0, 'must be more than 0'],
    ['loyalty.pointValue.currency', 'eur', 'must be a currency of ISO 4217 in upper case, such as EUR'],
    ['loyalty.statuses[2].qualificationPoints', 400, 'must be more than 500; statuses stand lowest first'],
    ['loyalty.statuses[1].multiplier', '1.5', 'must be a number'],
    ['loyalty.cardTypes[0].length', 4, 'must be more than the length of numberPrefix'],
    ['loyalty.partners[0].name', {}, 'must not be empty'],
  ],
  rewards: [
    ['rewards[3].id', 'none', 'must not be "none", which is reserved'],
    ['rewards[0].validTo', '2025-12-31', 'must not be before validFrom'],
    ['rewards[0].validTo', '2030-02-29', 'must be a date of the calendar, such as 2026-01-31'],
    ['rewards[0].value', 9.999, 'must have at most 2 decimal places'],
    ['rewards[0].percent', 5, 'cannot stand beside "value"'],
    ['rewards[0].stores[0]', 'prague', 'names store "prague", which the file does not define'],
    ['rewards[0].properties.global', 1, 'must be true or false'],
    [
      'rewards[0].couponCodes',
      { generate: 'TEN' },
      'must have at least four #, else codes run out and are guessed',
      'rewards[0].couponCodes.generate',
    ],
    [
      'rewards[0].couponCodes',
      { pool: ['A1', 'A2', 'A1'] },
      'repeats the code "A1"',
      'rewards[0].couponCodes.pool[2]',
    ],
    [
      'rewards[0].couponCodes',
      { pool: ['ten-percent'] },
      'is the code of reward "ten-percent"',
      'rewards[0].couponCodes.pool[0]',
    ],
    ['rewards[1].points', undefined, 'is required of a reward of kind points'],
    ['rewards[1].pointType', 'basic', 'names point type "basic", which the file does not define'],
    ['rewards[1].pointsCost', 5, 'does not belong to a reward of kind points, which nobody can buy'],
    ['rewards[3].percent', 101, 'must be at most 100'],
    ['rewards[3].points', 5, 'does not belong to a reward of kind discount'],
    ['rewards[2].perCustomer', 0, 'must be at least 1'],
  ],
  campaigns: [
    ['campaigns[0].id', '2026', 'must not be digits alone, which APIs read as an issued number (E9)'],
    [
      'campaigns[0].type',
      'wheel',
      'must be one of spinthewheel, scratchcard, slotmachine, memorygame, quiz, streak, multistep, referral',
    ],
    [
      'campaigns[0].type',
      undefined,
      'is required: one of spinthewheel, scratchcard, slotmachine, memorygame, quiz, streak, multistep, referral',
    ],
    ['campaigns[0].status', 'active', 'must be one of draft, live, paused, ended'],
    ['campaigns[0].end', '2025-01-01T00:00:00Z', 'must be after start'],
    ['campaigns[0].start', '2026-01-01', 'must be a time with its zone, such as 2026-01-31T00:00:00Z'],
    ['campaigns[0].audience', 'everybody', 'names segment "everybody", which the file does not define'],
    ['campaigns[0].plays.per', 'unlock', 'is unlock, and the campaign has no unlockedBy'],
    ['campaigns[0].plays.limit', 0, 'must be at least 1'],
    [
      'campaigns[0].prizes',
      [{ reward: 'ten-euro', weight: 0 }],
      'have no weight above 0, so nothing is ever drawn',
    ],
    ['campaigns[0].prizes[0].reward', 'nope', undefinedReward],
    ['campaigns[0].prizes[0].weight', 1_000_001, 'must be at most 1000000'],
    ['campaigns[0].prizes[2].stock', 5, 'does not belong to a blank'],
    ['campaigns[0].budget', {}, 'must have at least one of points, value'],
    ['campaigns[0].budget.valeu', 1, 'is not a known setting'],
    [
      'rewards[0].currency',
      'CZK',
      'is worth CZK, and the budget counts EUR, the currency of the workspace',
      'campaigns[0].prizes[0].reward',
    ],
    [
      'campaigns[0].cta.deepLink',
      'javascript:alert(1)',
      'must be an absolute link, such as acme://shop or https://shop.example',
    ],
    [
      'campaigns[1].unlockedBy.event',
      'Purchase',
      'names event "Purchase", which eventTypes does not declare; did you mean "purchase"?',
    ],
    [
      'campaigns[1].unlockedBy.where.amuont',
      { '>=': 1 },
      'is not declared of event "purchase"; did you mean "amount"?',
    ],
    [
      'campaigns[1].unlockedBy.where.amount',
      { '=>': 1 },
      'is not a known setting; did you mean ">="?',
      'campaigns[1].unlockedBy.where.amount["=>"]',
    ],
    ['campaigns[3].pairs', 1, 'must be at least 2'],
    ['campaigns[3].questions', [], 'is not a known setting'],
    ['campaigns[4].questions[0].answer', 3, 'must be at most 2, the position of the last choice'],
    ['campaigns[4].passMark', 3, 'must be at most 2, the number of questions'],
    ['campaigns[5].milestones[1].at', 8, 'must be at most 7, the count of the streak'],
    ['campaigns[5].milestones[1].at', 3, 'must be more than 3; milestones stand in order'],
    ['campaigns[5].milestones[0].reward', 'none', 'must be a reward; leave it out for none'],
    ['campaigns[5].step.every', 'hour', 'must be one of day, week, month'],
    ['campaigns[6].steps[1].id', 'profile', 'is "profile", which an earlier entry has already'],
    ['campaigns[6].completionReward', 'nope', undefinedReward],
    ['campaigns[7].friendReward', 'nope', undefinedReward],
    ['campaigns[7].landingUrl', 'https://a.example/?c={cod}', 'holds {cod}; {code} is the only placeholder'],
    ['campaigns[7].landingUrl', '/welcome', 'must be an absolute http or https URL'],
    ['campaigns[7].label', 'refer a friend', 'must be 1 to 255 letters, digits, "-" or "_"'],
    ['campaigns[7].message.body', '{{lnk}}', 'holds {{lnk}}, which nothing fills; did you mean "link"?'],
    ['campaigns[7].message.subject', 'x'.repeat(79), 'must have at most 78 characters'],
    ['campaigns[7].message.subject', 'a <b>', 'must not hold <, > or control characters'],
  ],
  'zones and entry points': [
    ['zones[1].name', 'mobile_bootstrap', 'is "mobile_bootstrap", which an earlier entry has already'],
    ['zones[0].campaign', 'refer', 'names campaign "refer", which the file does not define'],
    [
      'zones[1].data.label',
      '{{me.sharecode}}',
      'holds {{me.sharecode}}, which nothing fills; did you mean "me.share_code"?',
    ],
    ['zones[1].data', [], 'must be a map (name: value)'],
    [
      'entryPoints[0].container.type',
      'HERO',
      'must be one of FLOATING, POPUP, BANNER, EMBEDDED, PIP, AD_POPUP',
    ],
    ['entryPoints[0].container.height', '20px', 'must be a number in quotes, such as "20"'],
    ['entryPoints[0].container.height', 20, 'must be text; put it in quotes'],
    ['entryPoints[0].container.bannerId', undefined, 'is required where type is BANNER'],
    ['entryPoints[0].content[0].campaign', 'spin', 'names campaign "spin", which the file does not define'],
    ['entryPoints[0].content[0].url', '', 'must be an absolute http or https URL'],
    [
      'entryPoints[0].content[0].action.type',
      'OPEN_WEBLINK',
      'is required where type is OPEN_WEBLINK',
      'entryPoints[0].content[0].action.url',
    ],
  ],
  'exchange and webhooks': [
    ['exchange.endpoints[1].name', 'Web analytics', 'is "Web analytics", which an earlier entry has already'],
    ['exchange.endpoints[0].deployment', 'eu', 'needs an "application" beside it'],
    ['exchange.endpoints[0].key', 'a b', 'must be 1 to 200 visible ASCII characters without blanks'],
    ['exchange.identifiers[3]', 'cookieid', 'repeats "cookieid"'],
    [
      'exchange.identifiers[3]',
      'Card',
      'must be 1 to 64 lower-case letters, digits or "_", beginning with a letter',
    ],
    ['exchange.subscriptions[0].to', 'Mail', 'names endpoint "Mail", which the file does not define'],
    ['exchange.subscriptions[0].to', 'Web analytics', 'must be another endpoint than "from"'],
    [
      'webhooks[0].events',
      ['segment.left'],
      'must be one of reward.granted, nudge.sent, campaign.interaction, * where format is customerglu',
      'webhooks[0].events[0]',
    ],
    ['webhooks[1].events', ['*', 'reward.granted'], 'must hold nothing beside "*", which is all of them'],
    [
      'webhooks[1].secret',
      'test-webhook-secret',
      'must be whsec_ and 24 to 64 bytes in base64 where format is standard',
    ],
    [
      'webhooks[1].secret',
      'whsec_c2hvcnQ=',
      'must be whsec_ and 24 to 64 bytes in base64 where format is standard',
    ],
    ['webhooks[1].url', 'ftp://a.example', 'must be an absolute http or https URL'],
    ['webhooks[1].id', 'rewards', 'is "rewards", which an earlier entry has already'],
  ],
  'carecloud and customerglu': [
    ['carecloud.businessUnit', 'FR', 'must be one of DE, AT, CZ'],
    ['carecloud.bearerHours', 1.5, 'must be a whole number'],
    [
      'carecloud.customerInterface.allow',
      ['send-purchases'],
      'must be one of send-purchase, synchronize-points, check-registration-ability, segments, cards, vouchers, partner-records, free-vouchers; did you mean "send-purchase"?',
      'carecloud.customerInterface.allow[0]',
    ],
    [
      'customerglu.backendAttributes[0]',
      'lifetime',
      'names attribute "lifetime", which the file does not define',
    ],
    ['customerglu.tokenDays', 3651, 'must be at most 3650'],
    ['customerglu.theme.accentColor', 'purple', 'must be a colour, such as #5b3df5'],
    ['customerglu.theme.fontUrl', 'http://a.example/f.woff2', 'must be an absolute https URL, or empty'],
    ['customerglu.sdk.enableDarkMode', 'yes', 'must be true or false'],
    ['customerglu.sdk.enableDarkmode', true, 'is not a known setting; did you mean "enableDarkMode"?'],
  ],
}

for (const [section, wrongs] of Object.entries(sections)) {
  test(`what is wrong in ${section} is refused with its path and reason`, () => {
    for (const [place, value, reason, path = place] of wrongs) {
      expect(faultsOfAcmeWith(place, value), place).toContain(`${path}: ${reason}`)
    }
  })
}

test('a faulty entry still defines its name: what refers to it is no second fault', () => {
  const values = acmeValues()
  change(values, partsOf('rewards[0].stock'), 'many')
  change(values, partsOf('campaigns[2].prizes[1].weight'), '90')
  expect(faultsOf(JSON.stringify(values)).map((fault) => fault.path)).toEqual([
    'rewards[0].stock',
    'campaigns[2].prizes[1].weight',
  ])
})

test('G51: a campaign may name an event that nobody declared, if it looks like no slip', () => {
  expect(faultsOfAcmeWith('campaigns[5].step.event', 'daily_check_in')).toEqual([])
})

test('several webhooks may share a secret, as senders of one receiver do', () => {
  const webhook = {
    id: 'third',
    url: 'https://a.example',
    events: ['*'],
    format: 'customerglu',
    secret: 'test-webhook-secret',
  }
  expect(faultsOfAcmeWith('webhooks[2]', webhook)).toEqual([])
})
