import { expect, test } from 'bun:test'
import { withFiles } from '../../../stack/archive/links.ts'

const fileOf = (path: string) => ({ '/posts/1': 'posts/1.html', '/users/a&b': 'members/2.html' })[path]

test.each([
  ['<a href="/posts/1">x</a>', '<a href="../posts/1.html">x</a>'],
  [
    '<a class="x" href="/users/a&amp;b" dir="auto">x</a>',
    '<a class="x" href="../members/2.html" dir="auto">x</a>',
  ],
  ['<a title="a > b" href="/gone" rel="x">y</a>', '<a title="a > b" rel="x">y</a>'],
  ['<a href="#somewhere">x</a>', '<a>x</a>'],
  ['<a href="javascript:alert(1)">x</a>', '<a>x</a>'],
  ['<a href="https://a.org/?a=1&amp;b=2">x</a>', '<a href="https://a.org/?a=1&amp;b=2">x</a>'],
  ['<a href="archive:posts/1-2.html#comment-3">x</a>', '<a href="../posts/1-2.html#comment-3">x</a>'],
  ['<form class="x" action="archive:search.html">', '<form class="x" action="../search.html">'],
  ['<p>href="/posts/1" &lt;a href="/gone"&gt;</p>', '<p>href="/posts/1" &lt;a href="/gone"&gt;</p>'],
])('%s leads to a file, or nowhere', (markup, expected) => {
  expect(withFiles(markup, 1, fileOf)).toBe(expected)
})
