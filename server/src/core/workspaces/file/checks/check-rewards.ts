import type { Reward } from '../sections/rewards.ts'
import { type Check, entryPath, refuseRepeatedTexts, refuseRepeats, refuseUnknown } from './check.ts'
import { checkPropertyValues } from './check-loyalty.ts'

/** `none` is a blank prize; the others are paths below /rewards of an API that knows rewards by their id. */
const reservedIds = ['none', 'tags', 'actions']

type Worth = 'value' | 'percent' | 'points'

/** Which measure of worth a kind has; `must`: it is nothing without it. */
const worthOfKind: Readonly<Record<Reward['kind'], { may: readonly Worth[]; must?: Worth }>> = {
  coupon: { may: ['value', 'percent'] },
  points: { may: ['points'], must: 'points' },
  discount: { may: ['percent'], must: 'percent' },
  freebie: { may: ['value'] },
  cashback: { may: ['value'], must: 'value' },
  custom: { may: ['value', 'percent'] },
  none: { may: [] },
}

/** The catalogue (S28, S29, L83–L88, E105). */
export function checkRewards(check: Check): void {
  const { rewards } = check.file
  refuseRepeats(check, rewards, 'id')
  refuseRepeats(check, rewards, 'code')
  for (const reward of rewards) {
    if (reservedIds.includes(reward.id))
      check.refuse(reward, ['id'], `must not be "${reward.id}", which is reserved`)
    checkWorth(check, reward)
    checkPointTypes(check, reward)
    for (const [index, store] of reward.stores.entries()) {
      refuseUnknown(
        check,
        reward,
        entryPath(check, reward, ['stores'], index),
        'store',
        store,
        check.defined.stores,
      )
    }
    refuseRepeatedTexts(check, reward, ['stores'], reward.stores)
    refuseRepeatedTexts(check, reward, ['tags'], reward.tags)
    checkPropertyValues(check, 'reward', reward.properties)
    if (reward.validFrom && reward.validTo && reward.validFrom > reward.validTo) {
      check.refuse(reward, ['validTo'], 'must not be before validFrom')
    }
  }
  checkCoupons(check)
}

function checkWorth(check: Check, reward: Reward): void {
  const { may, must } = worthOfKind[reward.kind]
  for (const worth of ['value', 'percent', 'points'] as const) {
    if (reward[worth] !== undefined && !may.includes(worth)) {
      check.refuse(reward, [worth], `does not belong to a reward of kind ${reward.kind}`)
    }
    if (reward[worth] === undefined && worth === must && check.isSound(reward, [worth])) {
      check.refuse(reward, [worth], `is required of a reward of kind ${reward.kind}`)
    }
  }
  if (reward.value !== undefined && reward.percent !== undefined) {
    check.refuse(reward, ['percent'], 'cannot stand beside "value"')
  }
  if (reward.currency !== undefined && reward.value === undefined && check.isSound(reward, ['value'])) {
    check.refuse(reward, ['currency'], 'has no "value" beside it')
  }
}

function checkPointTypes(check: Check, reward: Reward): void {
  const isPoints = reward.kind === 'points'
  const isUnsaleable = isPoints || reward.kind === 'none'
  refuseUnknown(check, reward, ['pointType'], 'point type', reward.pointType, check.defined.pointTypes)
  if (reward.pointType !== undefined && !isPoints) {
    check.refuse(reward, ['pointType'], 'belongs to a reward of kind points')
  }
  if (reward.pointsCost !== undefined && isUnsaleable) {
    check.refuse(
      reward,
      ['pointsCost'],
      `does not belong to a reward of kind ${reward.kind}, which nobody can buy`,
    )
  }
  const needsPointType = (isPoints && reward.pointType === undefined) || reward.pointsCost !== undefined
  if (needsPointType && check.defined.pointTypes.size === 0) {
    const member = isPoints ? 'points' : 'pointsCost'
    check.refuse(reward, [member], 'needs a point type, and loyalty.pointTypes defines none')
  }
}

/** A till takes a code whoever issued it, so no two pools share one, nor has a pool the code of a reward. */
function checkCoupons(check: Check): void {
  const rewardCodes = new Map(check.file.rewards.map((reward) => [reward.code, reward.id]))
  const seen = new Set<string>()
  for (const reward of check.file.rewards) {
    const { couponCodes } = reward
    if (!couponCodes) continue
    if (reward.kind === 'points' || reward.kind === 'none') {
      check.refuse(
        reward,
        ['couponCodes'],
        `does not belong to a reward of kind ${reward.kind}, which has no code`,
      )
    }
    if ('generate' in couponCodes) {
      const signs = couponCodes.generate.split('#').length - 1
      if (36 ** signs < (reward.stock ?? 0) * 100) {
        check.refuse(
          couponCodes,
          ['generate'],
          'has too few # for the stock: codes would run out or be guessed',
        )
      }
      continue
    }
    for (const [index, code] of couponCodes.pool.entries()) {
      const place = entryPath(check, couponCodes, ['pool'], index)
      const owner = rewardCodes.get(code)
      if (seen.has(code)) check.refuse(couponCodes, place, `repeats the code "${code}"`)
      if (owner !== undefined) check.refuse(couponCodes, place, `is the code of reward "${owner}"`)
      seen.add(code)
    }
  }
}
