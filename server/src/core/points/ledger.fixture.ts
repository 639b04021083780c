import { expect } from 'vitest'
import { createPointsFixture, type PointsFixture } from './points.fixture.ts'

const file = `
workspace: acme
timeZone: Europe/Prague
loyalty:
  pointTypes:
    - { id: lasting, name: Lasting }
    - { id: base, name: Base, expiresAfterDays: 10, default: true }
  partners: [ { id: acme, name: Acme }, { id: other, name: Other } ]
`

/** Points that expire and points that do not, and what is shown of a customer's; amounts are whole points. */
export interface LedgerFixture extends PointsFixture {
  /** Begins anew in the morning of 10 March 2026. */
  resetClock(): void
  later(days: number): void
  /** Kind, amount and what is left of each movement. */
  shown(profileId: string): Promise<readonly (readonly [kind: string, amount: number, available: number])[]>
  /** Told by the amounts and by what is left, which must agree (L95). */
  balance(profileId: string): Promise<number>
}

export async function createLedgerFixture(): Promise<LedgerFixture> {
  const points = await createPointsFixture(file)
  return {
    ...points,
    resetClock() {
      points.clock.at = new Date('2026-03-10T08:00:00Z')
    },
    later(days) {
      points.clock.at = new Date(points.clock.at.getTime() + days * 86_400_000)
    },
    async shown(profileId) {
      const history = await points.history(profileId)
      return history.map(({ kind, amount, available }) => [kind, amount / 100, available / 100])
    },
    async balance(profileId) {
      const history = await points.history(profileId)
      const total = history.reduce((sum, { amount }) => sum + amount, 0)
      expect(history.reduce((sum, { available }) => sum + available, 0)).toBe(total)
      return total / 100
    },
  }
}
