import { until } from '../until.ts'
import type { Market } from './market.ts'
import type { Visitor } from './visitor.ts'

export async function categoryId({ replica }: Market, name: string): Promise<number> {
  const [row] = await replica.database.rows<{ id: number }>('SELECT id FROM categories WHERE name = ?', [
    name,
  ])
  return row!.id
}

/** Writes a post as a member does, in a category that this admin adds. */
export async function somePost(
  market: Market,
  admin: Visitor,
  title: string,
  category: string,
): Promise<{ id: number; category: number }> {
  await market.form(admin, '/admin/categories', { name: category })
  await until(async () => (await (await admin.get('/')).text()).includes(`value="${category}"`))
  const answer = await admin.post('/posts', { category, title, body: 'text' })
  return {
    id: Number(answer.headers.get('location')!.split('/').at(-1)),
    category: await categoryId(market, category),
  }
}
