import { describe, expect, test } from 'bun:test'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { version } from '../../package.json'
import { workflowProblem } from '../runner/workflows.ts'
import { projectFiles } from '../support/rules/project.ts'
import { run } from '../support/servers/processes.ts'
import { root, temporaryFolder } from '../support/servers/reaper.ts'

type Workflow = { on: Record<string, unknown>; jobs: Record<string, Job> }
type Job = { needs?: string[]; environment?: string; 'runs-on': unknown; steps: Step[] }
type Step = { uses?: string; run?: string; with?: Record<string, unknown> }

const files = projectFiles().filter(({ path }) => path.startsWith('.github/workflows/'))
const workflow = (name: string) =>
  parse(files.find(({ path }) => path.endsWith(`/${name}`))!.text) as Workflow

describe('the check of workflows', () => {
  const path = '.github/workflows/some.yml'
  const job = (steps: string) =>
    `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - ${steps}\n`

  test.each([
    ['a key that does not exist', job('runs: true'), 'runs'],
    ['a stranger’s text in a script', job(`run: echo ${'$'}{{ github.event.issue.title }}`), 'untrusted'],
    ['an action that is named by a tag', job('uses: actions/checkout@v7'), 'not pinned'],
  ])('finds %s', async (_, text, word) => {
    expect((await workflowProblem([{ path, text }])).toLowerCase()).toContain(word)
  })

  test('does not pass when its tool crashes, as it does over a file that is no YAML', async () => {
    await expect(workflowProblem([{ path, text: 'on: [' }])).rejects.toThrow()
  })

  test('finds that there is none', async () => {
    expect(await workflowProblem([])).toBe('there are no workflows')
  })

  test('finds nothing in ours', async () => {
    expect(await workflowProblem(files)).toBe('')
  })
})

describe('the workflows', () => {
  test('test each push to main and each pull request before an image is made', () => {
    const { on, jobs } = workflow('ci.yml')

    expect(Object.keys(on)).toEqual(['push', 'pull_request'])
    expect(jobs.image!.needs).toEqual(['test', 'compose', 'terraform', 'kubernetes'])
    expect(Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run))).toContain('./agora test')
  })

  test('ask Terraform itself', () => {
    const { steps } = workflow('ci.yml').jobs.terraform!

    expect(steps.flatMap(({ run }) => run ?? []).map((line) => line.split(' ')[2])).toEqual([
      'fmt',
      'init',
      'validate',
      'test',
    ])
  })

  test('push an image with where it comes from and what is in it', () => {
    const build = workflow('ci.yml').jobs.image!.steps.find(({ uses }) => uses?.includes('build-push'))!

    expect(build.with).toMatchObject({ provenance: 'mode=max', sbom: true })
  })

  test('release what was tested, by a tag, with notes and what is in the image', () => {
    const { on, jobs } = workflow('release.yml')
    const steps = jobs.release!.steps.map(({ run = '' }) => run).join('\n')

    expect(on).toEqual({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } })
    for (const part of ['gh run list --workflow ci.yml', 'imagetools create', 'sbom.spdx.json', 'notes.md'])
      expect(steps).toContain(part)
    expect(jobs.release!.steps.filter(({ uses }) => uses?.includes('build-push'))).toEqual([])
  })

  test('take the notes of a release out of what is new in it, and of no other', async () => {
    const folder = temporaryFolder()
    for (const name of ['deploy/release-notes.sh', 'CHANGELOG.md', 'package.json'])
      cpSync(join(root, name), join(folder, name))
    const changelog =
      '# What is new\n\n## Unreleased\n\n- a\n\n## 1.2.0, 3 May 2027\n\n- b\n\n## 1.1.0, 1 May 2027\n\n- c\n'
    const notes = async (version: string, own = version) => {
      writeFileSync(join(folder, 'package.json'), `{\n  "version": "${own}",\n}\n`)
      return run([join(folder, 'deploy/release-notes.sh'), version])
    }

    expect(await notes(version)).toMatchObject({ code: 0, printed: expect.stringContaining('first release') })
    writeFileSync(join(folder, 'CHANGELOG.md'), changelog)
    expect(await notes('1.2.0')).toMatchObject({ code: 0, printed: '- b\n' })
    expect(await notes('1.2.0', '1.1.0')).toMatchObject({
      code: 1,
      output: 'package.json has the version 1.1.0, not 1.2.0\n',
    })
    expect(await notes('1.2')).toMatchObject({
      code: 1,
      output: expect.stringContaining("no heading '## 1.2, '"),
    })
  })

  test('deploy from the bastion only, one deployment at a time', () => {
    const { jobs } = workflow('cd.yml')

    expect(jobs['roll-out']!['runs-on']).toEqual(['self-hosted', 'agora-bastion'])
    expect(jobs['roll-out']!.environment).toBe('production')
    expect(parse(files.find(({ path }) => path.endsWith('/cd.yml'))!.text).concurrency).toEqual({
      group: 'deployment',
      'cancel-in-progress': false,
    })
  })
})
