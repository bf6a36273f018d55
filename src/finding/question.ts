import { say } from '../../texts/say.ts'
import { memberOrRefuse } from '../accounts/service.ts'
import { categoryIn } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import type { Wanted } from '../text/question.ts'
import type { Question } from './protocol.ts'

/** What is looked for, with ids in the place of names. */
export type Sought = Pick<Question, 'terms' | 'authors' | 'categories' | 'from' | 'until'>

/** Throws a 422 that says which of the names nobody and nothing has. */
export async function soughtBy(context: Context, wanted: Wanted): Promise<Sought> {
  const { terms, from, until } = wanted
  const [authors, categories] = await Promise.all([
    Promise.all(wanted.authors.map((name) => authorOf(context, name))),
    Promise.all(wanted.categories.map((name) => categoryOf(context, name))),
  ])
  return { terms, from, until, authors, categories }
}

async function authorOf(context: Context, name: string): Promise<number> {
  const found = await memberOrRefuse(context, name).catch((error) => {
    if (!(error instanceof Refusal) || error.status !== 404) throw error
    throw new Refusal(422, say('Nobody here is called {name}.', { name }))
  })
  return found.member.id
}

async function categoryOf(context: Context, name: string): Promise<number> {
  const category = await categoryIn(context, name)
  if (!category) throw new Refusal(422, say('No category is called {name}.', { name }))
  return category.id
}
