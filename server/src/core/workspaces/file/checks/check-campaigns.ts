import { suggestion } from '../nearest-name.ts'
import type { Campaign } from '../sections/campaigns.ts'
import type { Conditions } from '../values/conditions.ts'
import { textsOf } from '../values/texts.ts'
import { type Check, refuseRepeats, refuseUnknown } from './check.ts'
import { refuseMistypedEvent } from './check-customer-data.ts'

type Of<Type extends Campaign['type']> = Extract<Campaign, { type: Type }>
type Game = Extract<Campaign, { prizes: unknown }>

/** Campaigns: what they name, and that they can be played and won (customerglu 13, extole 11). */
export function checkCampaigns(check: Check): void {
  const { campaigns } = check.file
  refuseRepeats(check, campaigns, 'id')
  for (const campaign of campaigns) {
    checkCommon(check, campaign)
    if ('prizes' in campaign) checkGame(check, campaign)
    if (campaign.type === 'quiz') checkQuiz(check, campaign)
    if (campaign.type === 'streak') checkStreak(check, campaign)
    if (campaign.type === 'multistep') checkSteps(check, campaign)
    if (campaign.type === 'referral') checkReferral(check, campaign)
  }
  checkLabels(check)
}

function checkCommon(check: Check, campaign: Campaign): void {
  if (/^\d+$/.test(campaign.id)) {
    check.refuse(campaign, ['id'], 'must not be digits alone, which APIs read as an issued number (E9)')
  }
  if (campaign.audience !== 'all' && campaign.audience !== 'api') {
    refuseUnknown(check, campaign, ['audience'], 'segment', campaign.audience, check.defined.segments)
  }
  if (campaign.start && campaign.end && Date.parse(campaign.start) >= Date.parse(campaign.end)) {
    check.refuse(campaign, ['end'], 'must be after start')
  }
  if (campaign.unlockedBy) checkTrigger(check, campaign.unlockedBy)
}

function checkTrigger(check: Check, trigger: { event: string; where?: Conditions }): void {
  refuseMistypedEvent(check, trigger, trigger.event)
  const eventType = check.file.eventTypes.find((candidate) => candidate.code === trigger.event)
  const declared = eventType?.attributes.map((attribute) => attribute.name) ?? []
  // Events may carry more than is declared, so only a slip of a declared name is refused.
  for (const property of Object.keys(trigger.where ?? {})) {
    const hint = declared.includes(property) ? '' : suggestion(property, declared)
    if (hint) check.refuse(trigger, ['where', property], `is not declared of event "${trigger.event}"${hint}`)
  }
}

function checkGame(check: Check, campaign: Game): void {
  if (campaign.plays.per === 'unlock' && !campaign.unlockedBy && check.isSound(campaign, ['unlockedBy'])) {
    check.refuse(campaign, ['plays', 'per'], 'is unlock, and the campaign has no unlockedBy')
  }
  for (const prize of campaign.prizes) {
    if (prize.reward !== 'none') checkReward(check, prize, 'reward', prize.reward)
    else if (prize.stock !== undefined) check.refuse(prize, ['stock'], 'does not belong to a blank')
  }
  const odds = campaign.prizes.reduce((sum, prize) => sum + prize.weight, 0)
  if (odds === 0 && check.isSound(campaign, ['prizes'])) {
    check.refuse(campaign, ['prizes'], 'have no weight above 0, so nothing is ever drawn')
  }
  checkBudget(check, campaign)
}

/** A budget by value adds up money, so it must be money of one currency (G87). */
function checkBudget(check: Check, campaign: Game): void {
  if (campaign.budget?.value === undefined) return
  for (const prize of campaign.prizes) {
    const reward = check.file.rewards.find((candidate) => candidate.id === prize.reward)
    const currency = reward?.value === undefined ? undefined : reward.currency
    if (currency === undefined || currency === check.file.currency) continue
    check.refuse(
      prize,
      ['reward'],
      `is worth ${currency}, and the budget counts ${check.file.currency}, the currency of the workspace`,
    )
  }
}

function checkQuiz(check: Check, campaign: Of<'quiz'>): void {
  for (const question of campaign.questions) {
    const last = question.choices.length - 1
    if (question.answer > last && check.isSound(question, ['choices'])) {
      check.refuse(question, ['answer'], `must be at most ${last}, the position of the last choice`)
    }
  }
  const count = campaign.questions.length
  if (campaign.passMark > count && check.isSound(campaign, ['questions'])) {
    check.refuse(campaign, ['passMark'], `must be at most ${count}, the number of questions`)
  }
}

function checkStreak(check: Check, campaign: Of<'streak'>): void {
  refuseMistypedEvent(check, campaign.step, campaign.step.event)
  let before = 0
  for (const milestone of campaign.milestones) {
    checkReward(check, milestone, 'reward', milestone.reward)
    if (milestone.at > campaign.step.count) {
      check.refuse(milestone, ['at'], `must be at most ${campaign.step.count}, the count of the streak`)
    } else if (milestone.at <= before) {
      check.refuse(milestone, ['at'], `must be more than ${before}; milestones stand in order`)
    }
    before = milestone.at
  }
}

function checkSteps(check: Check, campaign: Of<'multistep'>): void {
  refuseRepeats(check, campaign.steps, 'id')
  for (const step of campaign.steps) {
    refuseMistypedEvent(check, step, step.event)
    checkReward(check, step, 'reward', step.reward)
  }
  checkReward(check, campaign, 'completionReward', campaign.completionReward)
}

const messagePlaceholders = ['link', 'code', 'advocate.firstName', 'advocate.lastName']

function checkReferral(check: Check, campaign: Of<'referral'>): void {
  checkTrigger(check, campaign.conversion)
  checkReward(check, campaign, 'advocateReward', campaign.advocateReward)
  checkReward(check, campaign, 'friendReward', campaign.friendReward)
  for (const placeholder of campaign.landingUrl.match(/\{[^}]*\}?/g) ?? []) {
    if (placeholder === '{code}') continue
    check.refuse(campaign, ['landingUrl'], `holds ${placeholder}; {code} is the only placeholder`)
  }
  // A mail that breaks these bounds would be refused as a share (E86).
  checkMessage(check, campaign, 'subject', 78, /[<>\p{Cc}]/u)
  checkMessage(check, campaign, 'body', 2048, /[<>]|[^\P{Cc}\r\n\t]/u)
}

function checkMessage(
  check: Check,
  campaign: Of<'referral'>,
  part: 'subject' | 'body',
  maxLength: number,
  forbidden: RegExp,
): void {
  const { message } = campaign
  for (const { language, text } of textsOf(message[part])) {
    const place = language === undefined ? [part] : [part, language]
    if (text.length > maxLength) check.refuse(message, place, `must have at most ${maxLength} characters`)
    if (forbidden.test(text)) check.refuse(message, place, 'must not hold <, > or control characters')
    for (const [placeholder, name = ''] of text.matchAll(/\{\{\s*([^}]*?)\s*\}\}/g)) {
      if (messagePlaceholders.includes(name)) continue
      check.refuse(
        message,
        place,
        `holds ${placeholder}, which nothing fills${suggestion(name, messagePlaceholders)}`,
      )
    }
  }
}

/** A label, like an id, selects one campaign (extole 9). */
function checkLabels(check: Check): void {
  const referrals = check.file.campaigns.filter((campaign) => campaign.type === 'referral')
  refuseRepeats(check, referrals, 'label')
  for (const campaign of referrals) {
    const { id, label } = campaign
    if (label === id || !referrals.some((other) => other.id === label)) continue
    check.refuse(campaign, ['label'], `is "${label}", which is the id of another campaign`)
  }
}

function checkReward(check: Check, owner: object, member: string, reward: string | undefined): void {
  if (reward !== 'none') refuseUnknown(check, owner, [member], 'reward', reward, check.defined.rewards)
  else check.refuse(owner, [member], 'must be a reward; leave it out for none')
}
