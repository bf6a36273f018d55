import { setDefaultTimeout } from 'bun:test'
import { actsContract } from '../support/acts/contract.ts'
import { sharedStack } from '../support/servers/stack.ts'

setDefaultTimeout(60_000)

actsContract(sharedStack)
