import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { exampleText, faultsOf } from './acme.fixture.ts'
import type { SchemaNode } from './schema-node.ts'
import { WorkspaceFile } from './workspace-file.ts'

const folder = new URL('../../../../../docs/guides/', import.meta.url)
const guideText = (name: string): string => readFileSync(new URL(name, folder), 'utf8')

/** The chapters of the guide, by their heading. */
const chapters = new Map(
  guideText('workspace-file.md')
    .split(/^## /m)
    .map((chapter) => [chapter.split('\n', 1)[0] ?? '', chapter]),
)
/** What only APIs that are not served yet read: named, and no more. */
const later = 'entryPoints, exchange, webhooks, customerglu'
const sections: Readonly<Record<string, SchemaNode>> = WorkspaceFile.properties

/** Settings and their defaults below a node; of campaigns those of referrals. Rules have a guide of their own. */
function settingsBelow(node: SchemaNode): { name: string; byDefault: unknown }[] {
  if (node.$ref !== undefined || node.$defs) return []
  const ownType = node.anyOf?.some((one) => one.properties?.type?.const === 'referral')
  const variants = (node.anyOf ?? []).filter(
    ({ properties }) => !ownType || properties?.type?.const === 'referral',
  )
  const items = Array.isArray(node.items) ? node.items : node.items ? [node.items] : []
  const members = Object.entries(node.properties ?? {})
  return [
    ...members.map(([name, { default: byDefault }]) => ({ name, byDefault })),
    ...[...members.map(([, member]) => member), ...variants, ...items].flatMap(settingsBelow),
  ]
}

function chapterOf(section: string): string {
  return chapters.get(section) ?? chapters.get('The workspace itself') ?? ''
}

const told = Object.entries(sections).filter(([name]) => !later.split(', ').includes(name))

test.each(told)('the guide to the workspace file names every setting of %s', (name, node) => {
  const chapter = chapterOf(name)
  const isTold = (setting: string) => chapter.includes(`\`${setting}\``) || chapter.includes(` ${setting}:`)
  // Lines of an address are told as a range.
  const settings = [name, ...settingsBelow(node).map((setting) => setting.name)].filter(
    (setting) => !chapter.startsWith(`${setting}\n`) && !/^address[2-6]$/.test(setting),
  )
  expect(settings.filter((setting) => !isTold(setting))).toEqual([])
})

test.each(told)('the guide to the workspace file tells the defaults of %s', (name, node) => {
  const settings = [{ name, byDefault: node.default }, ...settingsBelow(node)]
  const defaults = settings.flatMap(({ byDefault }) =>
    ['number', 'boolean', 'string'].includes(typeof byDefault) && byDefault !== ''
      ? [`\`${byDefault}\``]
      : [],
  )
  expect(defaults.filter((value) => !chapterOf(name).includes(value))).toEqual([])
})

test('the guide to the workspace file has a chapter for each section, and none for what is no section', () => {
  const headings = [...chapters.keys()].slice(1).flatMap((heading) => heading.split(', '))
  const ownSettings = headings.filter((heading) => heading !== 'The workspace itself')
  expect(ownSettings.filter((heading) => !Object.hasOwn(sections, heading))).toEqual([])
  expect(later.split(', ').filter((section) => !headings.includes(section))).toEqual([])
})

test.each(readdirSync(folder))('what %s shows of workspace files can be applied', (name) => {
  const { segments: _segments, ...demo } = parse(exampleText('demo'), { schema: 'core' })
  for (const [, block = ''] of guideText(name).matchAll(/^```yaml\n(.*?)^```$/gms)) {
    const shown: object = parse(block, { schema: 'core' })
    expect(faultsOf(JSON.stringify({ ...demo, ...shown })), block).toEqual([])
  }
})

test('every rule that the guide to segments shows is one', () => {
  const demo: object = parse(exampleText('demo'), { schema: 'core' })
  const rules = [...guideText('segments.md').matchAll(/^\| `(\{.*?\})`/gm)].map(([, rule = '']) => rule)
  expect(rules.length).toBeGreaterThan(8)
  for (const rule of rules) {
    const segments = [{ id: 'shown', name: 'Shown', where: parse(rule, { schema: 'core' }) }]
    expect(faultsOf(JSON.stringify({ ...demo, segments })), rule).toEqual([])
  }
})
