import { testSpellings } from '../support/spellings.ts'

testSpellings('image')
