import { adminOf } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import { categoryById, deleteEmptyCategory } from '../posts/queries.ts'
import { logModeration } from '../removal/queries.ts'

/** Throws a 403 for a member who may not add categories: `CATEGORIES` says who may. */
export async function refuseAdding(context: Context, request: Request): Promise<void> {
  if (context.config.categories === 'admins') await adminOf(context, request)
}

/**
 * Removes a category that has no posts, on pages and over REST; `/api/v1` removes it with its posts, by `removeCategory` in
 * posts/removal.ts. Only admins may. Throws a 409 for one that has some, and for one that is gone.
 */
export async function removeEmptyCategory({ db, cache }: Context, admin: Viewer, id: number): Promise<void> {
  const isGone = await db.transaction(async (sql) => {
    const category = await categoryById(sql, `${id}`)
    const isGone = await deleteEmptyCategory(sql, id)
    if (category && isGone) await logModeration(sql, 'category', category.name, admin.id)
    return isGone
  })
  await cache.invalidate(invalidatedBy.categoryAddedOrRemoved())
  if (!isGone) throw new Refusal(409, 'Only a category without posts can be removed.')
}
