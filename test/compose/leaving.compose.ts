import { describe, setDefaultTimeout, test } from 'bun:test'
import { startHaproxy } from '../support/haproxy.ts'
import { expectToBeMissed } from '../support/leaving.ts'

setDefaultTimeout(120_000)

describe("the image's HAProxy", () => {
  test.each(['GET', 'POST'])('tells a replica when the visitor of a %s has gone', async (method) => {
    await expectToBeMissed(await startHaproxy({}, 'image'), method)
  })
})
