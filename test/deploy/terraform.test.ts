import { describe, expect, test } from 'bun:test'
import { type Attributes, type Block, blocksOf, readModule, textsIn } from '../support/rules/terraform.ts'
import known from './alicloud-arguments.json'

type Documented = {
  required: string[]
  optional: string[]
  deprecated: string[]
  attributes: string[]
  blocks: Record<string, { required: string[]; optional: string[] }>
}

const resources: Record<string, Documented> = known.resources
const dataSources: Record<string, Documented> = known.data
const cloud = await readModule('deploy/alicloud')
const ofType = (type: string) => cloud.resources.filter((each) => each.type === type)
/** An expression, as the parser gives it. */
const expression = (text: string) => `\${${text}}`
const attribute = (block: Block, name: string) => String(block.attributes[name] ?? '')

/** What Terraform itself understands in every resource. */
const metaArguments = ['count', 'for_each', 'depends_on', 'lifecycle', 'provider', 'dynamic']

describe('who reaches what', () => {
  const rules = ofType('alicloud_security_group_rule')
  type Inner = { from: string; to: string; port: number }
  const inner = Object.values(cloud.locals.inner_rules as Record<string, Inner>)
  const reachableFrom = (port: number) =>
    inner
      .filter((rule) => rule.port === port)
      .map(({ from, to }) => `${from} -> ${to}`)
      .sort()

  test('only HTTP servers, the batcher and nodes reach MySQL and Redis', () => {
    expect(reachableFrom(3306)).toEqual(['batcher -> mysql', 'http -> mysql', 'node -> node'])
    expect(reachableFrom(6379)).toEqual(['batcher -> redis', 'http -> redis', 'node -> node'])
  })

  test('only HTTP servers and nodes reach a batcher', () => {
    expect(reachableFrom(4000)).toEqual(['http -> batcher', 'node -> node'])
  })

  test("only nodes reach what a node's group and Sentinel say", () => {
    expect([reachableFrom(33061), reachableFrom(26379)]).toEqual([['node -> node'], ['node -> node']])
  })

  test('only the bastion reaches port 22 of the others, and only people who operate the board reach its own', () => {
    const toBastion = rules.filter((rule) => attribute(rule, 'security_group_id').includes('"bastion"'))

    expect(reachableFrom(22)).toEqual(
      ['http', 'mysql', 'redis', 'batcher', 'node'].map((to) => `bastion -> ${to}`).sort(),
    )
    expect(toBastion.map((rule) => [attribute(rule, 'port_range'), attribute(rule, 'cidr_ip')])).toEqual([
      ['22/22', expression('each.value')],
    ])
    expect(attribute(toBastion[0]!, 'for_each')).toBe(expression('toset(var.admin_cidrs)'))
  })

  test('between roles nothing else is open', () => {
    expect(inner).toHaveLength(15)
    expect(attribute(rules.find(({ name }) => name === 'inner')!, 'for_each')).toBe(
      expression('local.inner_rules'),
    )
  })

  test('the whole internet reaches HTTP and HTTPS of the balancer, and through it of the HTTP servers', () => {
    const open = rules.filter(
      (rule) => attribute(rule, 'cidr_ip') === '0.0.0.0/0' && rule.attributes.policy === 'accept',
    )

    expect(open.map(({ name }) => name).sort()).toEqual(['balancer_to_http', 'public_to_balancer'])
    const places = open.map((rule) => attribute(rule, 'for_each'))
    expect(places.filter((place) => place === expression('local.public_ports'))).toHaveLength(1)
    expect(places.find((place) => place.includes('setproduct'))).toMatch(
      /setproduct\(keys\(local\.public_ports\), \["http", "node"\]\)/,
    )
    expect(cloud.locals.public_ports).toBe(
      expression('local.has_tls ? { http = 80, https = 443 } : { http = 80 }'),
    )
  })

  test('a balancer refuses what no rule allows', () => {
    const refusing = rules.filter((rule) => rule.attributes.policy === 'drop')

    expect(refusing.map((rule) => [rule.attributes.ip_protocol, rule.attributes.priority])).toEqual([
      ['all', 100],
    ])
  })

  test('every rule says from where', () => {
    const silent = rules.filter(
      ({ attributes }) => !attributes.cidr_ip && !attributes.source_security_group_id,
    )

    expect(silent).toEqual([])
    expect(ofType('alicloud_security_group').map((group) => group.attributes.inner_access_policy)).toEqual([
      'Drop',
    ])
  })
})

describe('what has a public address', () => {
  test('only the bastion and the way out have one of their own', () => {
    const holders = ofType('alicloud_eip_association').map((each) => attribute(each, 'instance_id'))

    expect(holders.sort()).toEqual([
      expression('alicloud_instance.bastion.id'),
      expression('alicloud_nat_gateway.main.id'),
    ])
  })

  test('no server is given one with its network card', () => {
    const given = ofType('alicloud_instance').filter(
      ({ attributes }) => attributes.internet_max_bandwidth_out || attributes.allocate_public_ip,
    )

    expect(given).toEqual([])
  })

  test('every server but the bastion stands in a private vSwitch', () => {
    const places = ofType('alicloud_instance').map(
      (each) => [each.name, attribute(each, 'vswitch_id').match(/alicloud_vswitch\.(\w+)\[/)?.[1]] as const,
    )

    expect(Object.fromEntries(places)).toEqual({
      http: 'private',
      mysql: 'private',
      redis: 'private',
      batcher: 'private',
      node: 'private',
      bastion: 'public',
    })
  })

  test('the managed services have no public connection and let in two groups only', () => {
    const types = cloud.resources.map(({ type }) => type)
    const groups = [ofType('alicloud_db_instance')[0]!, ofType('alicloud_kvstore_instance')[0]!].map((each) =>
      [
        ...textsIn(each.attributes)
          .join(' ')
          .matchAll(/role\["(\w+)"\]/g),
      ].map(([, role]) => role),
    )

    expect(types.filter((type) => /connection$/.test(type))).toEqual([])
    expect(groups).toEqual([
      ['http', 'batcher'],
      ['http', 'batcher'],
    ])
  })

  test('the balancer asks /up, over HTTP', () => {
    const [check] = ofType('alicloud_nlb_server_group')[0]!.attributes.health_check as Attributes[]

    expect(check).toMatchObject({
      health_check_enabled: true,
      health_check_type: 'HTTP',
      health_check_url: '/up',
      health_check_connect_port: 80,
    })
  })
})

describe('secrets', () => {
  test('no attribute that is a password or a token holds a text of its own', () => {
    const literal = Object.values(cloud.files)
      .flatMap(pairsIn)
      .filter(([name]) => /password$|token$|secret$|access_key|_pem$/i.test(name) && !/^TF_/.test(name))
      .filter(
        ([, value]) =>
          typeof value === 'string' && value !== '' && !value.startsWith(expression('').slice(0, 2)),
      )

    expect(literal).toEqual([])
  })

  test('variables and outputs with a secret are marked so', () => {
    const marked = (blocks: Block[]) =>
      blocks.filter(({ attributes }) => attributes.sensitive === true).map(({ name }) => name)

    expect(marked(cloud.variables).sort()).toEqual([
      'registry_password',
      'runner_token',
      'smtp_url',
      'tls_pem',
    ])
    expect(marked(cloud.outputs).sort()).toEqual(['first_admin_password', 'stats_password'])
  })

  test('no server gets the secrets of another role', () => {
    const secretsOf = (text: string) =>
      [...text.matchAll(/secret\["(\w+)"\]/g)].map(([, name]) => name).sort()
    const envOf = (name: string) => {
      const block = ofType('alicloud_instance').find((each) => each.name === name)!
      const data = attribute(block, 'user_data')
      const shared = data.match(/local\.(http_env|batcher_env)/)?.[1]
      return data + (shared ? String(cloud.locals[shared]) : '')
    }

    expect(secretsOf(envOf('http'))).toEqual(['accounts', 'admin', 'likes', 'search', 'stats', 'web'])
    expect(envOf('http')).not.toContain('var.smtp_url')
    expect(envOf('batcher')).toContain('var.smtp_url')
    expect(secretsOf(envOf('batcher'))).not.toContain('stats')
    expect(secretsOf(envOf('mysql'))).toEqual(['mysql_root'])
    expect(secretsOf(envOf('redis'))).toEqual(['redis'])
    expect(secretsOf(String(cloud.locals.node_env))).toEqual(['copier', 'redis', 'stats'])
    expect(secretsOf(envOf('bastion'))).toEqual([])
  })

  test('the state, which holds them, is encrypted and private', () => {
    const [settings] = cloud.files['versions.tf']!.terraform as [{ backend: { oss: Attributes[] } }]

    expect(settings.backend.oss).toEqual([{ acl: 'private', encrypt: true }])
  })
})

describe('every argument is one that the provider documents', () => {
  test.each(cloud.resources.filter(({ type }) => type.startsWith('alicloud_')))('$type.$name', (block) => {
    expect(wrongIn(block, resources[block.type])).toEqual([])
  })

  test.each(cloud.data)('data.$type.$name', (block) => {
    expect(wrongIn(block, dataSources[block.type])).toEqual([])
  })

  test('versions of providers are exact', () => {
    const [{ required_providers }] = cloud.files['versions.tf']!.terraform as [
      { required_providers: Record<string, { version: string }>[] },
    ]

    expect(Object.values(required_providers[0]!).map(({ version }) => version)).toEqual([
      known.version,
      '3.7.2',
    ])
  })
})

describe('everything that is named exists', () => {
  const texts = textsIn(cloud.files)
  const named = (pattern: RegExp) => [
    ...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match.slice(1).join(' ')))),
  ]

  test('variables, and each is used and described', () => {
    const declared = cloud.variables.map(({ name }) => name).sort()

    expect(named(/\bvar\.(\w+)/g).sort()).toEqual(declared)
    expect(cloud.variables.filter(({ attributes }) => !attributes.description || !attributes.type)).toEqual(
      [],
    )
    expect(cloud.outputs.filter(({ attributes }) => !attributes.description)).toEqual([])
  })

  test('locals', () => {
    const missing = named(/\blocal\.(\w+)/g).filter((name) => !(name in cloud.locals))

    expect(missing).toEqual([])
  })

  test('resources, and their attributes', () => {
    const missing = named(/(?<!data\.)\b((?:alicloud|random)_\w+)\.(\w+)(?:\[[^\]]*\])?(?:\.(\w+))?/g).filter(
      (each) => {
        const [type = '', name, expected = ''] = each.split(' ')
        if (!cloud.resources.some((block) => block.type === type && block.name === name)) return true
        return expected !== '' && type !== 'random_password' && !isKnown(resources[type], expected)
      },
    )

    expect(missing).toEqual([])
  })
})

const isKnown = (documented: Documented | undefined, name: string) =>
  [documented?.attributes, documented?.required, documented?.optional].some((list) => list?.includes(name))

/** Arguments that are missing, unknown or given up, also in nested blocks. */
function wrongIn({ attributes }: Block, documented: Documented | undefined): string[] {
  if (!documented) return ['is not in the fixture: take its argument table from the documentation']
  const blocks = blocksOf(attributes)
  const given = [...Object.keys(attributes), ...blocks.map(([name]) => name)]
  const allowed = [...documented.required, ...documented.optional, ...metaArguments]
  return [
    ...given.filter((name) => !allowed.includes(name)).map((name) => `${name} is unknown or given up`),
    ...documented.required.filter((name) => !given.includes(name)).map((name) => `${name} is missing`),
    ...blocks.flatMap(([name, block]) => wrongInBlock(name, block, documented.blocks[name])),
  ]
}

function wrongInBlock(name: string, block: Attributes, documented: Documented['blocks'][string] | undefined) {
  if (!documented) return [`${name} is not a block`]
  const allowed = [...documented.required, ...documented.optional]
  return [
    ...Object.keys(block).filter((each) => !allowed.includes(each)),
    ...documented.required.filter((each) => !(each in block)),
  ].map((each) => `${name}.${each}`)
}

function pairsIn(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.flatMap(pairsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]) => [
    [name, each] as [string, unknown],
    ...pairsIn(each),
  ])
}
