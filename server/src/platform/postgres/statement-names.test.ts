import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const source = join(import.meta.dirname, '../..')

test('no two statements have one name: on a connection that has seen the one, the other would be refused', () => {
  const files = globSync('**/*.ts', { cwd: source }).filter((file) => !file.endsWith('.test.ts'))
  const statements = files.flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8')
    return [...text.matchAll(/\bname: (['`])([a-z][a-z-]*)\1,\s+(?:\/\/.*\s+)*text:/g)].map(
      ([, , name]) => name,
    )
  })
  expect(statements.length).toBeGreaterThan(50)
  expect(statements.filter((name, index) => statements.indexOf(name) !== index)).toEqual([])
})
