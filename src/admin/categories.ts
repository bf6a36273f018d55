import { say } from '../../texts/say.ts'
import { untrueAfter } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { isDuplicate } from '../platform/db.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { Refusal } from '../platform/errors.ts'
import { hasControlCharacters } from '../platform/fields.ts'
import { isSeen } from '../text/seen.ts'
import { deleteEmptyCategory, insertCategory, placesIn, setCategoryName } from './queries.ts'

const longestName = 60

/** Adds a category, or says what is wrong with its name. */
export async function addCategory({ db, cache }: Context, name: string): Promise<FieldErrors | undefined> {
  const wrong = nameError(name)
  if (wrong) return { name: wrong }
  try {
    await insertCategory(db, name)
  } catch (error) {
    if (isDuplicate(error)) return { name: 'There is a category of this name.' }
    throw error
  }
  await cache.forget(untrueAfter.categoryAddedOrRemoved())
  return undefined
}

const postsAtOnce = 2_000

/** Gives a category another name, or says what is wrong with it. Its posts are told under the new name at once. */
export async function renameCategory(
  context: Context,
  id: number,
  name: string,
): Promise<FieldErrors | undefined> {
  const { db, cache } = context
  const wrong = nameError(name)
  if (wrong) return { name: wrong }
  try {
    if (!(await setCategoryName(db, id, name))) throw new Refusal(404, 'There is no such category.')
  } catch (error) {
    if (isDuplicate(error)) return { name: 'There is a category of this name.' }
    throw error
  }
  await cache.forget(untrueAfter.categoryAddedOrRemoved())
  await forgetPostsIn(context, id)
  return undefined
}

async function forgetPostsIn({ db, cache }: Context, category: number): Promise<void> {
  let after: number | undefined = 0
  while (after !== undefined) {
    const posts = await placesIn(db, category, after, postsAtOnce)
    await cache.forget(untrueAfter.postsChanged(posts))
    after = posts.at(-1)?.id
  }
}

function nameError(name: string): string | undefined {
  if (!isSeen(name)) return 'A category needs a name.'
  if ([...name].length > longestName)
    return say('A name has at most {longest} characters.', { longest: longestName })
  if (hasControlCharacters(name) || !name.isWellFormed()) return 'A name is one line of ordinary characters.'
  return undefined
}

/** Removes a category that has no posts. */
export async function removeCategory({ db, cache }: Context, id: number): Promise<void> {
  const isGone = await deleteEmptyCategory(db, id)
  await cache.forget(untrueAfter.categoryAddedOrRemoved())
  if (!isGone) throw new Refusal(409, 'Only a category without posts can be removed.')
}
