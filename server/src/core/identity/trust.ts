/** How well a caller is known: a device alone, one that gave an identifier, one that proved it. */
export type Trust = 'anonymous' | 'identified' | 'verified'

/** Whose data of a profile a caller sees or changes: none of it, what its own device brought in, or all. */
export type Extent = 'none' | 'own' | 'all'

/** What trust decides. Events, new share codes and the list of them are every caller's, and so not here. */
export interface Rights {
  /** E-mail and partner id. */
  readonly readIdentifiers: Extent
  /** Names, picture, language. `own` means the device's, else what is public of the profile's: first name and picture. */
  readonly readFields: Extent
  /** `own` means the device's, and the profile's public ones. */
  readonly readParameters: Extent
  /** Names, picture and parameters. */
  readonly writeProfile: boolean
  readonly changeShareables: Extent
  readonly readShares: Extent
  readonly readReferrers: Extent
  readonly readFriends: Extent
  readonly readRewards: Extent
  readonly readJourneys: Extent
  readonly readMemberships: Extent
}

const everything = {
  readIdentifiers: 'all',
  readFields: 'all',
  readParameters: 'all',
  writeProfile: true,
  changeShareables: 'all',
  readShares: 'all',
  readReferrers: 'all',
  readFriends: 'all',
  readRewards: 'all',
  readJourneys: 'all',
  readMemberships: 'all',
} as const satisfies Rights

/** Who may read and write what (extole 3): the one table for all APIs. */
const rights = {
  // The profile is the device's alone: whatever is there is its own. Nobody is known who could have the rest.
  anonymous: {
    ...everything,
    readIdentifiers: 'none',
    readFriends: 'none',
    readRewards: 'none',
    readMemberships: 'none',
  },
  identified: {
    readIdentifiers: 'own',
    readFields: 'own',
    readParameters: 'own',
    writeProfile: false,
    changeShareables: 'own',
    readShares: 'own',
    readReferrers: 'own',
    readFriends: 'none',
    readRewards: 'own',
    readJourneys: 'own',
    readMemberships: 'none',
  },
  verified: everything,
} as const satisfies Record<Trust, Rights>

export function rightsOf({ trust }: { readonly trust: Trust }): Rights {
  return rights[trust]
}
