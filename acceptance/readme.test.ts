import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DocumentRunner, hasCurl, openDocumentRunner } from './run-document.ts'

let runner: DocumentRunner
beforeAll(async () => {
  runner = await openDocumentRunner()
})
afterAll(() => runner[Symbol.asyncDispose]())

it('the calls of the README run as they are pasted, answer as it says, and end with both rewards', async (context) => {
  context.skip(!hasCurl, 'there is no curl on this machine')
  await runner.run('README.md')
  const url = 'http://127.0.0.1:8080'
  const rewardsOf = async (name: string): Promise<unknown> =>
    JSON.parse(await runner.command(`curl -s ${url}/api/v4/me/rewards -H "Authorization: Bearer $${name}"`))
  const granted = (role: string) => [expect.objectContaining({ state: 'FULFILLED', tags: [role] })]
  expect(await rewardsOf('ANN')).toEqual(granted('advocate'))
  await runner.command(
    `curl -s -X POST ${url}/api/v2/consumers/$BOB/authorize -H "Authorization: Bearer $KEY"`,
  )
  expect(await rewardsOf('BOB')).toEqual(granted('friend'))
})
