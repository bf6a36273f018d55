import { createApp } from './app.ts'
import { runReplica } from './run-replica.ts'

runReplica(createApp)
