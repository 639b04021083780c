import { createDeviceMaker, type DeviceMaker } from '../../core/identity/device-maker.ts'
import { createPersonReader, type PersonReader } from '../../core/identity/person-reader.ts'
import { createTokenReader, type TokenReader } from '../../core/identity/token-reader.ts'
import { createShareCodeReader, type ShareCodeReader } from '../../core/referral/share-code-reader.ts'
import type { Database } from '../../platform/postgres/database.ts'

/** What nearly every request reads or makes: for all requests that arrive together at once. */
export interface ExtoleStores {
  readonly tokens: TokenReader
  readonly devices: DeviceMaker
  readonly people: PersonReader
  readonly shareCodes: ShareCodeReader
}

export function openStores(database: Database): ExtoleStores {
  return {
    tokens: createTokenReader(database),
    devices: createDeviceMaker(database),
    people: createPersonReader(database),
    shareCodes: createShareCodeReader(database),
  }
}
