import { describe, setDefaultTimeout, test } from 'bun:test'
import { expectToBeMissed } from '../support/leaving.ts'
import { startHaproxy } from '../support/servers/haproxy.ts'

setDefaultTimeout(120_000)

describe("the image's HAProxy", () => {
  test.each(['GET', 'POST'])('lets a replica know when the visitor of a %s has gone', async (method) => {
    await expectToBeMissed(await startHaproxy({}, 'image'), method)
  })
})
