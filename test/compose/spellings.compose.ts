import { testSpellings } from '../support/site/spellings.ts'

testSpellings('image')
