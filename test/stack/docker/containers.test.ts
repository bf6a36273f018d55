import { expect, test } from 'bun:test'
import { listed } from '../../../stack/docker/containers.ts'
import { UserError } from '../../../stack/errors.ts'

const removed = new UserError('Error response from daemon: No such container: 927e8162890a')

test('a list is asked for again where a container was removed meanwhile', async () => {
  const answers = [removed, new UserError('docker inspect failed: Error: No such object: 92'), ['web-1']]

  const found = await listed(async () => {
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer
  })

  expect(found).toEqual(['web-1'])
})

test('what else Docker says is an answer, and so is that it never ends', async () => {
  const always = (error: Error) => {
    let tries = 0
    const work = listed(async () => {
      tries++
      throw error
    }).catch((thrown) => ({ thrown, tries }))
    return work
  }

  expect(await always(new UserError('Cannot connect to the Docker daemon'))).toMatchObject({ tries: 1 })
  expect(await always(removed)).toEqual({ thrown: removed, tries: 10 })
})
