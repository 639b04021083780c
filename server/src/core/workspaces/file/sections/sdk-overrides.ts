import { type TSchema, Type } from 'typebox'
import { group } from '../values/shapes.ts'

const Text = Type.Optional(Type.String({ maxLength: 4000 }))
const Flag = Type.Optional(Type.Boolean())
const Whole = Type.Optional(Type.Integer())
const Texts = Type.Optional(Type.Array(Type.String({ maxLength: 255 })))
const PerTheme = Type.Optional(group({ light: Text, dark: Text }))
const PerPlatform = Type.Optional(group({ android: Texts, ios: Texts }))

/** `Optional` of a group whose members are all optional: any part of it may be overridden. */
function part<Members extends Record<string, TSchema>>(members: Members) {
  return Type.Optional(group(members))
}

/**
 * Members of the SDK configuration that the workspace sets otherwise (G38). One of a wrong type makes a shipped
 * SDK drop the whole configuration. What G39 fixes keeps its value whatever stands here.
 */
export const SdkOverrides = group(
  {
    disableSdk: Flag,
    enableAnalytics: Flag,
    enableEntryPoints: Flag,
    errorCodeForDomain: Whole,
    errorMessageForDomain: Text,
    whiteListedDomains: Texts,
    testUserIds: Texts,
    iosSafeArea: part({
      topHeight: Whole,
      bottomHeight: Whole,
      topColor: Text,
      bottomColor: Text,
      lightTopColor: Text,
      darkTopColor: Text,
      lightBottomColor: Text,
      darkBottomColor: Text,
      newTopHeight: Whole,
      newBottomHeight: Whole,
    }),
    loadScreenColor: Text,
    loaderColor: Text,
    lightBackground: Text,
    darkBackground: Text,
    androidStatusBarColor: Text,
    androidStatusBarLightColor: Text,
    androidStatusBarDarkColor: Text,
    enableDarkMode: Flag,
    listenToSystemDarkLightMode: Flag,
    loaderConfig: part({ loaderURL: PerTheme, embedLoaderURL: PerTheme }),
    secretKey: Text,
    callbackConfigurationUrl: Text,
    deeplinkUrl: Text,
    forceUserRegistration: Flag,
    allowUserRegistration: Flag,
    allowAnonymousRegistration: Flag,
    isDiagnosticsEnabled: Flag,
    isMetricsEnabled: Flag,
    isCrashLoggingEnabled: Flag,
    enableSentry: Flag,
    sentryDsn: part({ Android: Text, iOS: Text, ReactNative: Text, Flutter: Text }),
    activityIdList: PerPlatform,
    bannerIds: PerPlatform,
    embedIds: PerPlatform,
    enableMqtt: Flag,
    mqttEnabledComponents: Texts,
    enableSse: Flag,
    allowedRetryCount: Whole,
    campaignCount: Whole,
    entryPointCount: Whole,
    enableSslPinning: Flag,
    derCertificate: Text,
    sslCertificate: Text,
    allowProxy: Flag,
    preloadWebView: Flag,
  },
  { default: {} },
)
