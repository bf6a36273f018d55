import { expect, test } from 'bun:test'
import { nativeSql } from '../../../stack/native/sql.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'

test('a folder without a stack has nobody to ask', async () => {
  await expect(nativeSql(temporaryFolder(), 'SELECT 1')).rejects.toThrow('Agora is not running')
})
