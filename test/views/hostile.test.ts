import { expect, test } from 'bun:test'
import type { Post } from '../../src/board/queries.ts'
import type { Frame } from '../../src/frame.ts'
import { Refusal } from '../../src/platform/errors.ts'
import { LoginPage, SignupPage } from '../../views/accounts.tsx'
import { BoardPage, NewPostForm, PostAdded, PostPage, UserPage } from '../../views/board.tsx'
import { ErrorNote, ErrorPage } from '../../views/errors.tsx'

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&`
const frame: Frame = {
  servedBy: hostile,
  viewer: { id: 1, name: hostile, role: 'member' },
  assets: { styles: ['/static/a.css'], htmx: '/static/b.js', icon: '/static/c.svg' },
}
const category = { id: 1, name: hostile, posts: 1 }
const post: Post = {
  id: 42,
  title: hostile,
  body: hostile,
  categoryId: 1,
  category: hostile,
  authorId: 1,
  author: hostile,
  likes: 3,
  createdAt: '2026-11-21T05:35:00.000Z',
  imageHash: 'a'.repeat(64),
  imageAlt: hostile,
  imageWidth: 640,
  imageHeight: 480,
  editedAt: null,
}
const typed = { category: hostile, title: hostile, body: hostile, alt: hostile }
const errors = { category: hostile, title: hostile, body: hostile, username: hostile, password: hostile }
const member = { id: 1, name: hostile, role: 'member' as const, createdAt: post.createdAt }
const refusal = new Refusal(404, hostile)
const list = { posts: [post], older: 7 }

const drawn: Record<string, unknown> = {
  BoardPage: BoardPage({ frame, categories: [category], category, ...list, typed, errors }),
  PostPage: PostPage({ frame, post }),
  UserPage: UserPage({ frame, member, source: 'redis', ...list }),
  NewPostForm: NewPostForm({ categories: [category], typed, errors }),
  PostAdded: PostAdded({ categories: [category], post }),
  SignupPage: SignupPage({ frame, username: hostile, errors }),
  LoginPage: LoginPage({ frame, username: hostile, errors }),
  ErrorPage: ErrorPage({ frame, refusal }),
  ErrorNote: ErrorNote({ refusal }),
}

/** What a browser would run: scripts of the page's own, handlers in attributes. */
function runnable(markup: string): string[] {
  const found: string[] = []
  const look = (element: HTMLRewriterTypes.Element) => {
    if (element.tagName === 'script' && !element.getAttribute('src')) found.push('script')
    for (const [name] of element.attributes)
      if (name.startsWith('on')) found.push(`${element.tagName} ${name}`)
  }
  new HTMLRewriter().on('*', { element: look }).transform(markup)
  return found
}

test('the check itself finds what it looks for', () => {
  expect(runnable(`<p>${hostile}</p>`)).toEqual(['script', 'img onerror'])
})

test.each(Object.keys(drawn))('%s shows what people typed as text', (view) => {
  const markup = String(drawn[view])

  expect(markup).toContain('&lt;script&gt;alert(1)')
  expect(runnable(markup)).toEqual([])
})
