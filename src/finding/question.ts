import { say } from '../../texts/say.ts'
import { memberOrRefuse } from '../accounts/service.ts'
import { categories, categoryIn } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { casesOf, lookOfWords } from '../names/look.ts'
import { Refusal } from '../platform/errors.ts'
import type { Wanted } from '../text/question.ts'
import type { Question } from './protocol.ts'
import { categoriesLooking, membersBeginning } from './queries.ts'

/** What is looked for, with ids in the place of names. */
export type Sought = Pick<Question, 'terms' | 'authors' | 'categories' | 'from' | 'until'>

/** Throws a 422 that says which of the names nobody and nothing has. */
export async function soughtBy(context: Context, wanted: Wanted): Promise<Sought> {
  const { terms, from, until } = wanted
  const [authors, inCategories] = await Promise.all([
    Promise.all(wanted.authors.map((name) => authorsOf(context, name))),
    Promise.all(wanted.categories.map((name) => categoriesOf(context, name))),
  ])
  return { terms, from, until, authors: authors.flat(), categories: inCategories.flat() }
}

/** Whoever has exactly this name, or else all who have it in other capitals. */
async function authorsOf(context: Context, name: string): Promise<number[]> {
  const exact = await memberOrRefuse(context, name).catch((error) => {
    if (!(error instanceof Refusal) || error.status !== 404) throw error
    return undefined
  })
  if (exact) return [exact.member.id]
  const found = sameBut(name, await membersBeginning(context.db, name))
  if (found.length === 0) throw new Refusal(422, say('Nobody here is called {name}.', { name }))
  return found
}

/** The same of categories: the listed ones, and others whose look is known. */
async function categoriesOf(context: Context, name: string): Promise<number[]> {
  const exact = await categoryIn(context, name)
  if (exact) return [exact.id]
  const looks = casesOf(name).map(lookOfWords)
  const alike = [...(await categories(context)), ...(await categoriesLooking(context.db, looks))]
  const found = [...new Set(sameBut(name, alike))]
  if (found.length === 0) throw new Refusal(422, say('No category is called {name}.', { name }))
  return found
}

/** Ids of those whose names differ from this one in capitals alone, and in how their letters are composed. */
const sameBut = (name: string, others: { id: number; name: string }[]) =>
  others.filter((other) => inAnyCase(other.name) === inAnyCase(name)).map(({ id }) => id)

/** Some letters have no lower case of their own, and `ẞ` stays itself in upper case. */
const inAnyCase = (name: string) => name.normalize('NFC').toLowerCase().toUpperCase().toLowerCase()
