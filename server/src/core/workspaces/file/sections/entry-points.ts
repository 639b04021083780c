import { type Static, Type } from 'typebox'
import { OptionalWebUrl, webUrl } from '../values/addresses.ts'
import { flag, group, listOf, matchingText } from '../values/shapes.ts'
import { Id, Label } from '../values/texts.ts'

const layouts = [
  'FULL-DEFAULT',
  'MIDDLE-DEFAULT',
  'MIDDLE-POPUP',
  'BOTTOM-DEFAULT',
  'BOTTOM-POPUP',
  'BOTTOM-SLIDER',
] as const

/** Shipped clients crash on a height that is no numeric text (G43). */
function numericText(byDefault: string) {
  return matchingText(/^\d+(\.\d+)?$/, 'must be a number in quotes, such as "20"', { default: byDefault })
}

export function colour(byDefault: string) {
  return matchingText(
    /^(#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8}))?$/,
    'must be a colour, such as #5b3df5',
    {
      default: byDefault,
    },
  )
}

const Text = Type.String({ default: '', maxLength: 2000 })

const openLayout = Type.Enum([...layouts], { default: 'FULL-DEFAULT' })

const heights = {
  absoluteHeight: Type.Number({ minimum: 0, default: 0 }),
  relativeHeight: Type.Number({ minimum: 0, maximum: 100, default: 70 }),
}

const ActivityLists = group({ allowedActivityList: listOf(Label), disallowedActivityList: listOf(Label) })

const Container = group({
  type: Type.Enum(['FLOATING', 'POPUP', 'BANNER', 'EMBEDDED', 'PIP', 'AD_POPUP']),
  bannerId: Type.String({ maxLength: 128, default: '' }),
  height: numericText('20'),
  width: numericText('100'),
  position: matchingText(/^[A-Z]+-[A-Z]+$/, 'must be a position, such as BOTTOM-RIGHT', {
    default: 'BOTTOM-RIGHT',
  }),
  borderRadius: numericText('0'),
  vertical_padding: numericText('0'),
  horizontal_padding: numericText('0'),
  android: Type.Optional(ActivityLists),
  ios: Type.Optional(ActivityLists),
})

const Conditions = group(
  {
    delay: Type.Number({ minimum: 0, default: 0 }),
    priority: Type.Integer({ minimum: 0, default: 1 }),
    autoScroll: flag(true),
    autoScrollSpeed: Type.Number({ minimum: 0, default: 3 }),
    draggable: flag(false),
    backgroundOpacity: Type.Number({ minimum: 0, maximum: 1, default: 0.5 }),
    showCount: group(
      { count: Type.Integer({ minimum: 0, default: 100 }), dailyRefresh: flag(false) },
      { default: {} },
    ),
    backendValidations: Type.String({ default: 'NOT_REQUIRED' }),
    pip: group(
      {
        muteOnDefaultPIP: flag(true),
        muteOnDefaultExpanded: flag(false),
        loopVideoPIP: flag(true),
        loopVideoExpanded: flag(false),
        darkPlayer: flag(false),
        removeOnDismissPIP: flag(false),
        removeOnDismissExpanded: flag(false),
        openExpandedView: flag(true),
      },
      { default: {} },
    ),
  },
  { default: {} },
)

const Button = group(
  {
    showButton: flag(false),
    buttonText: Text,
    buttonColor: colour('#000000'),
    buttonTextColor: colour('#FFFFFF'),
    borderRadius: numericText('8'),
    height: numericText('40'),
    width: numericText('120'),
    textSize: numericText('14'),
    marginHorizontal: numericText('8'),
    marginVertical: numericText('8'),
    androidFontName: Text,
    iOSFontName: Text,
  },
  { default: {} },
)

const Action = group(
  {
    type: Type.Enum(['OPEN_CAMPAIGN', 'OPEN_WALLET', 'OPEN_DEEPLINK', 'OPEN_WEBLINK', 'SHARE', 'CLOSE'], {
      default: 'OPEN_CAMPAIGN',
    }),
    url: Text,
    isHandledBySDK: flag(false),
    openLayout,
    ...heights,
    shareText: Text,
    shareImage: OptionalWebUrl,
    button: Button,
  },
  { default: {} },
)

const FreeObject = Type.Record(Type.String(), Type.Unknown(), { default: {} })

const Content = group({
  type: Type.Enum(['IMAGE', 'VIDEO', 'LOTTIE', 'WEBVIEW']),
  url: webUrl(),
  lightUrl: OptionalWebUrl,
  darkUrl: OptionalWebUrl,
  campaign: Type.String({ default: '', description: 'A campaign, an http(s) URL, or empty for the wallet.' }),
  openLayout,
  ...heights,
  closeOnDeepLink: flag(false),
  action: Action,
  primaryCta: FreeObject,
  secondaryCta: FreeObject,
  closeIcon: Text,
  backgroundColor: colour(''),
  backgroundImage: OptionalWebUrl,
})

/** Banners, popups and the like of mobile apps; members and defaults as the SDKs read them (G43, G44). */
export const EntryPoints = listOf(
  group({
    id: Id,
    name: Label,
    container: Container,
    conditions: Conditions,
    content: Type.Array(Content, { minItems: 1 }),
  }),
)

export type EntryPoints = Static<typeof EntryPoints>
