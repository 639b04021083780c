import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { expect, test } from 'vitest'

const source = import.meta.dirname

interface Import {
  readonly from: readonly string[]
  readonly to: readonly string[]
}

/** Every relative import of the server, as folders below `src`; tests look at everything and are left out. */
function imports(): readonly Import[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  return files
    .filter(
      (file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file) && !file.startsWith('testing'),
    )
    .flatMap((file) => {
      const text = readFileSync(join(source, file), 'utf8')
      return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) => ({
        from: file.split(sep),
        to: relative(source, resolve(dirname(join(source, file)), path)).split(sep),
      }))
    })
}

const layers = ['platform', 'core', 'apis', 'cli']

test('arrows point one way: main → cli → apis → core → platform', () => {
  const wrong = imports().filter(({ from, to }) => {
    const [lower, higher] = [layers.indexOf(from[0] ?? ''), layers.indexOf(to[0] ?? '')]
    return lower !== -1 && higher > lower
  })
  expect(wrong).toEqual([])
})

test('an API imports no other API', () => {
  const wrong = imports().filter(
    ({ from, to }) => from[0] === 'apis' && to[0] === 'apis' && from[1] !== to[1],
  )
  expect(wrong).toEqual([])
})

test('nouns of the core form no cycle', () => {
  const needs = new Map<string, Set<string>>()
  for (const { from, to } of imports()) {
    const [noun, other] = [from[1] ?? '', to[1] ?? '']
    if (from[0] !== 'core' || to[0] !== 'core' || to.length < 3 || noun === other) continue
    needs.set(noun, (needs.get(noun) ?? new Set()).add(other))
  }
  expect(needs.size).toBeGreaterThan(2)
  for (const noun of needs.keys()) expect(wayBack(needs, noun), noun).toBeUndefined()
})

/** A way from a noun back to itself, if there is one. */
function wayBack(
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  start: string,
): readonly string[] | undefined {
  const ways = [[start]]
  const seen = new Set<string>()
  for (let way = ways.shift(); way; way = ways.shift()) {
    for (const next of needs.get(way.at(-1) ?? '') ?? []) {
      if (next === start) return [...way, next]
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return undefined
}

const repository = join(source, '../..')
const architecture = readFileSync(join(repository, 'ARCHITECTURE.md'), 'utf8')

function foldersIn(path: string): readonly string[] {
  const entries = readdirSync(path, { withFileTypes: true })
  return entries.flatMap((entry) =>
    entry.isDirectory() && !/^(node_modules|\.)/.test(entry.name) ? [entry.name] : [],
  )
}

test('ARCHITECTURE.md names every layer, noun and API, and no folder that there is none of', () => {
  const [, tree = ''] = /```\n(.*?)```/s.exec(architecture) ?? []
  const there = [
    ...foldersIn(source),
    ...['core', 'apis', 'platform'].flatMap((layer) => foldersIn(join(source, layer))),
  ]
  const untold = there.filter((name) => !new RegExp(`(^|\\s)${name}/`, 'm').test(tree))
  expect(untold).toEqual([])
  const roots = ['server', 'acceptance', 'bench', 'docs', 'examples']
  const files = roots.flatMap((root) =>
    readdirSync(join(repository, root), { recursive: true, encoding: 'utf8' }),
  )
  const folders = new Set([...roots, ...files.flatMap((file) => file.split(sep))])
  const told = [...tree.matchAll(/([a-z0-9-]+)\//g)].map(([, name = '']) => name)
  expect(told.filter((name) => !folders.has(name))).toEqual([])
})

test('ARCHITECTURE.md says of every table whose it is, and every file that it names is there', () => {
  const migrations = join(source, 'platform/postgres/migrations')
  const tables = readdirSync(migrations).flatMap((file) =>
    [...readFileSync(join(migrations, file), 'utf8').matchAll(/^create table (\w+)/gm)].map(
      ([, name]) => name,
    ),
  )
  expect(tables.length).toBeGreaterThan(40)
  expect(tables.filter((name) => !architecture.includes(`\`${name}\``))).toEqual([])
  const named = [...architecture.matchAll(/`((?:core|cli|platform|server)\/[a-z0-9/.-]+)`/g)].map(
    ([, path = '']) => path,
  )
  const isThere = (path: string) => existsSync(join(path.startsWith('server') ? repository : source, path))
  expect(named.filter((path) => !isThere(path))).toEqual([])
})
