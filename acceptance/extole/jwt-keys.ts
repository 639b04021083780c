/**
 * The keys of acme's `jwtKeys`, by kid: with them a test is the company's own login. They were made for this suite
 * alone and open nothing elsewhere.
 */
const rsaPrivateKey = `-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCk39cO07zvIvL6
//Fr91HNkjJSFXbbK/A+xdmwpjWZQobnXdISb1o1Ll5907E+PI8isyYGEwNi0hW+
XTLVYq13Mk7VudUilnPq+nMl4Gx/PC9Sg9t1Sd6rPYlbNi1Jtw0M6FbgjnVHEArc
oxWa5rJWmtVEqbsHiyyp12aW1s1pA+K63JBEwJNBhvltKLREsUU9y4hG2iA/nREO
yobtJa9d2+7oHxF27gRD8OboQBAt2tI0qD5raNx0xaHqtOeB8Qy1qNTq6OCjhK7f
qTrBVQyNqBnhAmkglf8wtZiVSDvCgsuVRSYvXwSNdPEhQnA64anyoheA3/FGym9/
nWf8ddhHAgMBAAECggEAF6JYrzDuA++kGhPnVR06VjgPS5H1HDzjrvPonThuNX6C
XRcnXmok6buwYuQeI7hFomlA2Z0PHrLT2Bp/B3SiPhRxlZSSd2dOzY/CQts1YlXL
yM3K/zisGSr0jiUpf8gkMEX78iuppxqnG/Kqza4lQWHnkXStMUsjh2Mvuw6mmldv
aT04kXDgTeBJMIK+t9Jy1neCV47dXijX+32D5/NPvPSgODp5+Ah98kYkILxukqSX
U30n/bgkPWcinx4NweLCPOaToJIR5rdbosdR6G29U3E2QOlNft28AAiYov1rHIB6
pHqaoiZd8jYCtzoxzsE7vnmdSu0KCcZLLSAQsJmKWQKBgQDoIugp9KTca490SNOU
TytkkV51foUi0MFVtskQreDFOQrfCqewmE6B+Za72W0hra2IRf9yEVEc2LZCp+oI
ABWSVEdA9mMOqKqO/gzkTvwleF56horzqT9ybSPTvO5SUEyA6SRYwactd0GamS6j
ISh74y8gDpTsC4w5PBohowswyQKBgQC10s+hjMulpddIFIr96IwkCa4AbYeG75Fg
WNLCHK7bgNfzkekPWdy6AmjtPqHmhyz57JNB91zJlPb/D8MYu99DLmNLP4ldDlek
Wncw3LatMwCuu46KyOCdlWDITbOoL0GjKvhYxzGFutGim2ZolxzxMRtPSSLzR1w3
LcY7qazYjwKBgQCb9QfBWEmChQkF+P+c/muKz1eE3JGZyGJ7saf3+rmuBxrUqpXq
wQjNrd+lKPh2zfZuPYjXG+dA2B/rPGCxK01S2Che7qmyaYLdOrVyldY1Xl8rNkUY
Wrbzq3uMf7wltSkQ2pG+x6wHkb2TniKFGnvWb9VzVhibVU7KDSUJQD7+cQKBgGyk
LQoTba9pm2vnUnGKnQn/eqeoyn0W8l+GU1BHATgJEX/pJD/W6ut9+yIe9XAgPwCK
mialXhzY1Ijs6x8BStMCibPxn+spYbbDk0pv5vswaWz+hppoksW19uFYhEuvCOIt
D71EMFP+n7owbo16FYIMXIwQYEDK18/kmvkVVkEDAoGBAIzi9XYPAx+XMuRdq72H
9E2K+aCbuiMJRX82SGTI/sOcOkG2NbHLaeCudU/kTD2lHNV9KWiDDYNgC417lOo3
zzYbeXJ/pSyyb97TkWsWTrmMJ9fw4WIqomfAo/2WlfD4BoMVbCOGnFOCINRDIAxf
Ipg+c6Os4OUEHH9Xsj+65Bjy
-----END PRIVATE KEY-----
`

/** As in acme.workspace.yaml: what everybody may know. */
export const rsaPublicKey = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApN/XDtO87yLy+v/xa/dR
zZIyUhV22yvwPsXZsKY1mUKG513SEm9aNS5efdOxPjyPIrMmBhMDYtIVvl0y1WKt
dzJO1bnVIpZz6vpzJeBsfzwvUoPbdUneqz2JWzYtSbcNDOhW4I51RxAK3KMVmuay
VprVRKm7B4ssqddmltbNaQPiutyQRMCTQYb5bSi0RLFFPcuIRtogP50RDsqG7SWv
Xdvu6B8Rdu4EQ/Dm6EAQLdrSNKg+a2jcdMWh6rTngfEMtajU6ujgo4Su36k6wVUM
jagZ4QJpIJX/MLWYlUg7woLLlUUmL18EjXTxIUJwOuGp8qIXgN/xRspvf51n/HXY
RwIDAQAB
-----END PUBLIC KEY-----
`

const ecPrivateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbiUnEAUug4wYTPE1
V1OS7w89J3BjiU35sGzF5lNPRJ2hRANCAASX7bYrKUIPDKFqLluSWwlw6I7jOAo+
Dk6EdRPDnigPqiagtFFX9PM/1yyaqnVsmtCrAkicPTrB0QMeODJWZMuw
-----END PRIVATE KEY-----
`

export const jwtKeys = {
  'shop-1': { algorithm: 'HS256', key: '0123456789abcdef0123456789abcdef' },
  'shop-384': { algorithm: 'HS384', key: 'acme-384-0123456789abcdef0123456789abcdef01234567' },
  'shop-512': {
    algorithm: 'HS512',
    key: 'acme-512-0123456789abcdef0123456789abcdef0123456789abcdef0123456789',
  },
  'shop-rs': { algorithm: 'RS256', key: rsaPrivateKey },
  'shop-ps': { algorithm: 'PS256', key: rsaPrivateKey },
  'shop-es': { algorithm: 'ES256', key: ecPrivateKey },
} as const

/** The secret that the workspace `other` has under the kid `shop-1`. */
export const otherSecret = 'other-0123456789abcdef0123456789'
