import { setDefaultTimeout } from 'bun:test'
import { actsContract } from '../support/acts-contract.ts'
import { startStack } from '../support/stack.ts'

setDefaultTimeout(300_000)

actsContract(() => startStack({ mode: 'docker' }))
