import { lookOfWords } from '../accounts/names.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { placesIn, setCategoryName } from '../moderation/queries.ts'
import { isDuplicate } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { readCategory } from '../posts/draft.ts'
import { refuseAlike, storeCategory } from '../posts/service.ts'

/** Adds a category, or says what is wrong with its name. */
export async function addCategory({ db, cache }: Context, name: string): Promise<FieldErrors | undefined> {
  const { errors, draft } = readCategory({ name })
  if (!draft) return errors
  try {
    await storeCategory(db, draft.name)
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) return error.fields
    throw error
  }
  await cache.invalidate(invalidatedBy.categoryAddedOrRemoved())
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
  const { errors, draft } = readCategory({ name })
  if (!draft) return errors
  try {
    await refuseAlike(db, draft.name, id)
    if (!(await setCategoryName(db, id, draft.name, lookOfWords(draft.name))))
      throw new Refusal(404, 'There is no such category.')
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) return error.fields
    if (isDuplicate(error)) return { name: 'There is a category of this name.' }
    throw error
  }
  await cache.invalidate(invalidatedBy.categoryAddedOrRemoved())
  await forgetPostsIn(context, id)
  return undefined
}

async function forgetPostsIn({ db, cache }: Context, category: number): Promise<void> {
  let after: number | undefined = 0
  while (after !== undefined) {
    const posts = await placesIn(db, category, after, postsAtOnce)
    await cache.invalidate(invalidatedBy.postsChanged(posts))
    after = posts.at(-1)?.id
  }
}
