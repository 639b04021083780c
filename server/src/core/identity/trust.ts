/** How well a caller is known: a device alone, one that gave an identifier, one that proved it. */
export type Trust = 'anonymous' | 'identified' | 'verified'

/** Whose data of a profile a caller sees or changes: none of it, what its own device brought in, or all. */
export type Extent = 'none' | 'own' | 'all'

export interface Rights {
  /** E-mail and partner id. */
  readonly readIdentifiers: Extent
  /** First name and picture; `own` means the device's, else the profile's, which are public. */
  readonly readPublicFields: Extent
  readonly readPrivateFields: Extent
  /** `own` means the device's, and the profile's public ones. */
  readonly readParameters: Extent
  readonly writeProfile: boolean
  /** Events, zones, new share codes, shares. */
  readonly addToJourney: boolean
  readonly listShareables: Extent
  readonly changeShareables: Extent
  readonly readShares: Extent
  readonly readReferrers: Extent
  readonly readFriends: Extent
  readonly readRewards: Extent
  readonly readJourneys: Extent
  readonly readMemberships: Extent
}

/**
 * Who may read and write what (extole 3): the one table for all APIs. An anonymous device's profile is its own
 * alone, so `own` and `all` are the same there.
 */
const rights = {
  anonymous: {
    readIdentifiers: 'none',
    readPublicFields: 'all',
    readPrivateFields: 'all',
    readParameters: 'all',
    writeProfile: true,
    addToJourney: true,
    listShareables: 'all',
    changeShareables: 'all',
    readShares: 'all',
    readReferrers: 'all',
    readFriends: 'none',
    readRewards: 'none',
    readJourneys: 'all',
    readMemberships: 'none',
  },
  identified: {
    readIdentifiers: 'own',
    readPublicFields: 'own',
    readPrivateFields: 'own',
    readParameters: 'own',
    writeProfile: false,
    addToJourney: true,
    listShareables: 'all',
    changeShareables: 'own',
    readShares: 'own',
    readReferrers: 'own',
    readFriends: 'none',
    readRewards: 'own',
    readJourneys: 'own',
    readMemberships: 'none',
  },
  verified: {
    readIdentifiers: 'all',
    readPublicFields: 'all',
    readPrivateFields: 'all',
    readParameters: 'all',
    writeProfile: true,
    addToJourney: true,
    listShareables: 'all',
    changeShareables: 'all',
    readShares: 'all',
    readReferrers: 'all',
    readFriends: 'all',
    readRewards: 'all',
    readJourneys: 'all',
    readMemberships: 'all',
  },
} as const satisfies Record<Trust, Rights>

export function rightsOf({ trust }: { readonly trust: Trust }): Rights {
  return rights[trust]
}
