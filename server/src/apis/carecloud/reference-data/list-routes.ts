import { chooseText } from '../../../core/texts/choose-text.ts'
import { withStandardConsents } from '../../../core/workspaces/file/sections/consents.ts'
import { countryCodes } from '../../../core/workspaces/file/values/country-codes.ts'
import type { LocalizedText } from '../../../core/workspaces/file/values/texts.ts'
import { holds, type Presented } from '../lists/list-in-memory.ts'
import type { Route } from '../route.ts'
import { presentPhone } from '../values/phone.ts'
import { flag, text } from '../values/scalars.ts'
import { presentStatuses } from './present-status.ts'
import { presentAddress } from './present-store.ts'
import { among, exact, filterOf, part, referenceList } from './reference-list.ts'

type Named = { readonly id: string; readonly name: LocalizedText }

/** Lists of the workspace file that are nothing but lists (9.4, 9.8). */
export function listRoutes(): readonly Route[] {
  return [
    ...referenceList({
      path: '/customer-sources',
      idName: 'customer_source_id',
      fields: ['customer_source_id', 'name', 'customer_source_text_id', 'state'],
      filters: { customer_source_text_id: exact('customer_source_text_id') },
      objects: ({ workspace, languages }) =>
        workspace.settings.loyalty.customerSources.map(({ id, name }) => ({
          customer_source_id: id,
          name: chooseText(name, languages),
          customer_source_text_id: id,
          state: 1,
        })),
    }),
    ...referenceList({
      path: '/interests',
      idName: 'interest_id',
      fields: ['interest_id', 'name'],
      filters: { name: part('name') },
      objects: ({ workspace, languages }) =>
        named('interest_id', workspace.settings.loyalty.interests, languages),
    }),
    ...referenceList({
      path: '/card-types',
      idName: 'card_type_id',
      fields: ['card_type_id', 'text_id', 'name', 'prefix'],
      filters: { name: part('name'), text_id: among('text_id') },
      objects: ({ workspace, languages }) =>
        workspace.settings.loyalty.cardTypes.map(({ id, name, numberPrefix }) => ({
          card_type_id: id,
          text_id: id,
          name: chooseText(name, languages),
          prefix: numberPrefix,
        })),
    }),
    ...referenceList({
      path: '/point-types',
      idName: 'point_type_id',
      fields: ['point_type_id', 'name'],
      objects: ({ workspace, languages }) =>
        named('point_type_id', workspace.settings.loyalty.pointTypes, languages),
    }),
    ...referenceList({
      path: '/reward-types',
      idName: 'reward_type_id',
      fields: ['reward_type_id', 'name'],
      filters: { name: part('name') },
      objects: () => Object.entries(rewardKinds).map(([id, name]) => ({ reward_type_id: id, name })),
    }),
    ...referenceList({
      path: '/partners',
      idName: 'partner_id',
      fields: ['partner_id', 'name', 'registration_id', 'vat_id', 'email', 'phone', 'state'],
      objects: ({ workspace, languages }) =>
        workspace.settings.loyalty.partners.map((partner) => ({
          partner_id: partner.id,
          name: chooseText(partner.name, languages),
          address: presentAddress(partner.address),
          registration_id: partner.registrationId ?? null,
          vat_id: partner.vatId ?? null,
          email: partner.email ?? null,
          phone: presentPhone(partner.phone ?? null),
          state: 1,
        })),
    }),
    ...referenceList({
      path: '/agreements',
      idName: 'agreement_id',
      fields: ['agreement_id', 'name', 'text', 'withdrawal_text', 'communication_channel_id', 'text_id'],
      filters: {
        communication_channel_id: exact('communication_channel_id'),
        text_id: among('text_id'),
      },
      objects: ({ workspace, languages }) =>
        withStandardConsents(workspace.settings.consents).map((consent) => ({
          agreement_id: consent.id,
          name: chooseText(consent.text, languages),
          text: chooseText(consent.text, languages),
          withdrawal_text: '',
          communication_channel_id: consent.channel ?? null,
          text_id: consent.id,
        })),
    }),
    ...referenceList({
      path: '/languages',
      idName: 'language_id',
      open: true,
      noItem: true,
      fields: ['language_id', 'state'],
      filters: {
        default_language: filterOf(
          flag,
          ({ language_id }, wanted, { settings }) => (language_id === settings.defaultLanguage) === wanted,
        ),
      },
      objects: ({ workspace }) =>
        workspace.settings.languages.map((language) => ({ language_id: language, state: 1 })),
    }),
    ...referenceList({
      path: '/countries',
      idName: 'country_id',
      noItem: true,
      fields: ['country_id', 'name', 'state'],
      filters: {
        country_id: filterOf(text(), ({ country_id }, wanted) => country_id === wanted.toLowerCase()),
        country_name: part('name'),
      },
      objects: ({ languages }) => {
        const names = new Intl.DisplayNames([...languages], { type: 'region' })
        return [...countryCodes].map((code) => ({
          country_id: code,
          name: names.of(code.toUpperCase()),
          state: 1,
        }))
      },
    }),
    ...referenceList({
      path: '/currencies',
      idName: 'currency_id',
      fields: ['currency_id', 'name', 'code'],
      filters: {
        currency_name: filterOf(text(), ({ name }, wanted) => holds(String(name), wanted)),
        currency_code: filterOf(text(), ({ code }, wanted) => code === wanted.toUpperCase()),
      },
      objects: ({ languages }) => {
        const names = new Intl.DisplayNames([...languages], { type: 'currency' })
        return Intl.supportedValuesOf('currency').map((code) => ({
          currency_id: code,
          name: names.of(code),
          code,
        }))
      },
    }),
    ...referenceList({
      path: '/communication-channels',
      idName: 'communication_channel_id',
      open: true,
      fields: ['communication_channel_id', 'text_id', 'name'],
      objects: () =>
        Object.entries(channels).map(([id, name]) => ({
          communication_channel_id: id,
          text_id: id,
          name,
        })),
    }),
    ...referenceList({
      path: '/customer-external-applications',
      idName: 'external_application_id',
      open: true,
      fields: ['external_application_id', 'text_id', 'name', 'state'],
      filters: { text_id: among('text_id') },
      objects: ({ workspace, languages }) =>
        workspace.settings.loyalty.externalApplications.map(({ id, name }) => ({
          external_application_id: id,
          text_id: id,
          name: chooseText(name, languages),
          state: 1,
        })),
    }),
    ...referenceList({
      path: '/customer-address-types',
      idName: 'address_type_id',
      fields: ['address_type_id', 'name'],
      objects: ({ workspace, languages }) =>
        named('address_type_id', workspace.settings.carecloud.addressTypes, languages),
    }),
    ...referenceList({
      path: '/event-types',
      idName: 'event_type_id',
      fields: [
        'event_type_id',
        'event_group_id',
        'event_group_text_id',
        'name',
        'text_id',
        'icon_name',
        'state',
      ],
      filters: {
        name: part('name'),
        text_id: among('text_id'),
        event_group_text_id: exact('event_group_text_id'),
      },
      objects: ({ workspace, languages }) =>
        workspace.settings.eventTypes.map(({ code, name }) => ({
          event_type_id: code,
          event_group_id: 'default',
          event_group_text_id: 'default',
          name: chooseText(name, languages),
          text_id: code,
          icon_name: null,
          state: 1,
        })),
    }),
    ...referenceList({
      path: '/purchase-types',
      idName: 'type_id',
      fields: ['type_id', 'name', 'text_id'],
      filters: { text_id: among('text_id') },
      objects: ({ workspace, languages }) => types(workspace.settings.carecloud.purchaseTypes, languages),
    }),
    ...referenceList({
      path: '/purchase-item-types',
      idName: 'type_id',
      noItem: true,
      fields: ['type_id', 'name', 'text_id'],
      filters: { text_id: among('text_id') },
      objects: ({ workspace, languages }) => types(workspace.settings.carecloud.purchaseItemTypes, languages),
    }),
    ...referenceList({
      path: '/statuses',
      idName: 'status_id',
      fields: [
        'status_id',
        'name',
        'description',
        'qualification_period',
        'qualification_points',
        'previous_status',
        'next_status',
        'validity_period',
        'collection_points',
        'payment_points',
        'qualification_type',
        'discount',
        'overall_discount_on_discounted_purchase_items',
        'text_id',
      ],
      filters: { text_id: among('text_id') },
      objects: presentStatuses,
    }),
    ...referenceList({
      path: '/rewards/tags',
      idName: 'tag_id',
      noItem: true,
      fields: ['tag_id', 'name', 'text_id', 'state'],
      filters: { name: part('name'), text_id: among('text_id') },
      objects: ({ workspace }) =>
        [...new Set(workspace.settings.rewards.flatMap(({ tags }) => tags))].map(presentTag),
    }),
  ]
}

/** A reward's tag (L57): its name is its id. */
export function presentTag(tag: string): Presented {
  return { tag_id: tag, name: tag, text_id: tag, state: 1 }
}

/** The kinds of rewards, as `reward_type_id` (9.4). */
const rewardKinds = {
  coupon: 'Coupon',
  points: 'Points',
  discount: 'Discount',
  freebie: 'Freebie',
  cashback: 'Cashback',
  custom: 'Custom',
  none: 'None',
}

const channels = { email: 'E-mail', sms: 'SMS', push: 'Push' }

function named(
  idName: string,
  entries: readonly Named[],
  languages: readonly string[],
): readonly Presented[] {
  return entries.map(({ id, name }) => ({ [idName]: id, name: chooseText(name, languages) }))
}

function types(entries: readonly Named[], languages: readonly string[]): readonly Presented[] {
  return entries.map(({ id, name }) => ({ type_id: id, name: chooseText(name, languages), text_id: id }))
}
