import { expect } from 'vitest'
import { mergeProfiles } from '../identity/merge-profiles.ts'
import { unmergeProfiles } from '../identity/unmerge-profiles.ts'
import { createPointsFixture, type PointsFixture } from '../points/points.fixture.ts'
import { pointParts } from '../points/profile-parts.ts'
import type { ProfilePart } from '../profiles/profile-part.ts'
import { listStatusRecords } from './list-status-records.ts'
import { statusParts } from './profile-parts.ts'
import { renewStatuses } from './renew-statuses.ts'
import { setStatus } from './set-status.ts'
import { statusReaction } from './status-reaction.ts'
import type { StatusRecord } from './status-record.ts'

const file = `
workspace: acme
loyalty:
  pointTypes: [{ id: base, name: Base, default: true }]
  partners: [{ id: acme, name: Acme }]
  statuses:
    - { id: bronze, name: Bronze, qualificationPoints: 0, qualificationMonths: 12 }
    - { id: silver, name: Silver, qualificationPoints: 500, qualificationMonths: 12 }
    - { id: gold, name: Gold, qualificationPoints: 2000, qualificationMonths: 6 }
`

/** Points that raise and end statuses, and merges of who has them. */
export interface StatusesFixture extends PointsFixture {
  readonly parts: readonly ProfilePart[]
  at(time: string): void
  /** By an operator's word. */
  set(profileId: string, statusId: string, to: Date): Promise<void>
  /** As an operator does. @returns the merge's id */
  merge(from: string, into: string): Promise<string>
  /** @param from who is back then */
  undo(mergeId: string, from: string): Promise<void>
  recordsOf(profileId: string): Promise<readonly StatusRecord[]>
}

export async function createStatusesFixture(): Promise<StatusesFixture> {
  const points = await createPointsFixture(file, [statusReaction])
  const { db, workspace, clock, transaction } = points
  const parts = [...statusParts({ directory: db.directory, clock }), ...pointParts]
  return {
    ...points,
    parts,
    at(time) {
      clock.at = new Date(time)
    },
    async set(profileId, statusId, to) {
      const request = { profileId, statusId, to, now: clock.at }
      const { refusal } = await transaction((connection) => setStatus(connection, workspace, request))
      expect(refusal).toBeUndefined()
    },
    async merge(from, into) {
      const request = { from, into, cause: 'operator', keepsData: false } as const
      const id = await transaction((connection) => mergeProfiles(connection, workspace, request, parts))
      return id ?? ''
    },
    async undo(mergeId, from) {
      const undone = await transaction((connection) => unmergeProfiles(connection, workspace, mergeId, parts))
      expect(undone).toEqual({ profileId: from })
    },
    recordsOf: (profileId) =>
      transaction(async (connection) => {
        await renewStatuses(connection, workspace, clock.at, [profileId])
        const everything = { sort: { by: 'number', descending: false }, count: 1000, offset: 0 } as const
        return (await listStatusRecords(connection, workspace, { profileId }, everything)).items
      }),
  }
}
