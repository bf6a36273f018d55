import { describe, expect, test } from 'bun:test'
import { parse } from 'yaml'
import { workflowProblem } from '../runner/workflows.ts'
import { projectFiles } from '../support/rules/project.ts'

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
