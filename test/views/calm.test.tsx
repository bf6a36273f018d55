import { expect, test } from 'bun:test'
import { say, speaking } from '../../texts/say.ts'
import { AdminPostsPage } from '../../views/admin-posts.tsx'
import { CommentBody } from '../../views/comments.tsx'
import { Layout } from '../../views/layout.tsx'
import { NewPostForm } from '../../views/post-form.tsx'
import { PostCard } from '../../views/posts.tsx'
import { adminPageContext, category, comment, pageContext, post } from './typed.ts'

const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
const turned = 'Sale \u2069\u202e\u2066\u200f50'
const calmed = 'Sale \u206650\u2069'

test('the title of a page turns nothing around that stands behind it', () => {
  const look = { ...pageContext.look, name: 'Agora' }
  const page = String(Layout({ pageContext: { ...pageContext, look }, title: turned, children: '' }))

  expect(page).toContain(`<title>${calmed} &#183; Agora</title>`)
})

test('a label and a question turn nothing around that stands behind what they name', () => {
  const page = AdminPostsPage({
    ...{ pageContext: adminPageContext, posts: [{ ...post, title: turned }], nextCursor: undefined },
    moderated: [],
  })

  expect(String(page)).toContain(`aria-label="Remove ${calmed}"`)
})

test("a removal's reason turns nothing around that stands beside it", () => {
  const removed = { ...comment, author: null, removedAt: comment.createdAt, reason: turned }

  const drawn = String(CommentBody({ comment: removed, viewer: undefined, category: 1 }))

  expect(drawn).toContain(`This comment was removed: ${calmed}`)
  expect(drawn.replaceAll(calmed, '')).not.toMatch(turning)
})

test('what somebody wrote ends where its place in an Arabic sentence does', () => {
  expect(speaking('ar', () => say('Remove {what}', { what: turned }))).toEndWith(`\u2068${calmed}\u2069`)
})

test('marks that are piled up are not shown as many as they are, and are edited as they are', () => {
  const piled = `a${'\u0301'.repeat(100)}b`

  const card = String(PostCard({ post: { ...post, title: piled } }))
  const form = String(
    NewPostForm({
      categories: [category],
      typed: { category: 'Books', title: piled, body: piled },
      once: 'x',
    }),
  )

  expect(card).toContain(`a${'\u0301'.repeat(6)}b`)
  expect(card).not.toContain('\u0301'.repeat(7))
  expect(form.split(piled)).toHaveLength(3)
})
