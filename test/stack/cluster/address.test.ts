import { expect, test } from 'bun:test'
import { keepalivedConfig } from '../../../stack/cluster/address.ts'
import { servesAtPort } from '../../../stack/cluster/config.ts'

const nodes = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((host) => ({ host, port: 3_306, groupPort: 33_061 }))
const [first, second] = nodes as [(typeof nodes)[0], (typeof nodes)[0]]
const usual = { address: '10.0.0.100/24', networkInterface: 'eth0', port: 8_080 }

test('each node speaks to the two others, and no two are alike', () => {
  const own = keepalivedConfig({ nodes }, second, usual)

  expect(own).toContain('unicast_src_ip 10.0.0.2')
  expect(own).toContain('unicast_peer {\n    10.0.0.1\n    10.0.0.3\n  }')
  expect(
    new Set(nodes.map((node) => /priority (\d+)/.exec(keepalivedConfig({ nodes }, node, usual))?.[1])).size,
  ).toBe(3)
})

test.each([
  ['10.0.0.100', 'length of its network'],
  ['10.0.0.100/33', 'length of its network'],
  ['10.0.0.999/24', 'length of its network'],
  ['10.0.0.100/24\n}', 'length of its network'],
  ['board.example/24', 'length of its network'],
  ['10.0.0.3/24', "10.0.0.3 is a node's own address"],
])('the address %j is refused', (address, says) => {
  expect(() => keepalivedConfig({ nodes }, first, { ...usual, address })).toThrow(says)
})

test('an address of version 6 is one', () => {
  expect(keepalivedConfig({ nodes }, first, { ...usual, address: 'fd00::64/64' })).toContain(
    '    fd00::64/64\n',
  )
})

test('an interface that cannot be one is refused, and nodes that are named', () => {
  const named = nodes.map((node, at) => ({ ...node, host: `n${at + 1}` }))

  expect(() => keepalivedConfig({ nodes }, first, { ...usual, networkInterface: 'eth0 }' })).toThrow(
    'no name of',
  )
  expect(() => keepalivedConfig({ nodes: named }, named[0]!, usual)).toThrow('"n1" is a name')
})

test('the port is that of AGORA_PORT, with an address before it or not', () => {
  expect(
    [{}, { AGORA_PORT: '' }, { AGORA_PORT: '80' }, { AGORA_PORT: '0.0.0.0:81' }].map((env) =>
      servesAtPort(env),
    ),
  ).toEqual([8_080, 8_080, 80, 81])
})
