import { setDefaultTimeout } from 'bun:test'
import { actsContract } from '../support/acts/contract.ts'
import { aloneContract } from '../support/acts/contract-alone.ts'
import { once } from '../support/servers/services.ts'
import { startStack } from '../support/servers/stack.ts'

setDefaultTimeout(300_000)

const open = once(() => startStack({ mode: 'docker', env: { CHAOS: 'on' } }))

actsContract(open)
aloneContract(open)
