import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, temporaryFolder } from '../../support/servers/reaper.ts'
import { bring, expectOnce, folderWithPictures, openForeign } from '../../support/site/foreign-board.ts'

setDefaultTimeout(120_000)

const dump = join(root, 'test/stack/transfer/nodebb.jsonl')
let files: string
beforeAll(async () => {
  files = await folderWithPictures([
    'public/uploads/profile/uid-1/1-profileavatar.png',
    'public/uploads/files/1580-bread.png',
  ])
})

describe('a board of NodeBB', () => {
  test('comes with people, texts, pictures and likes, under its numbers', async () => {
    const { board, came } = await bring('nodebb', dump, files)

    expect(came).toMatchObject({ members: 4, categories: 4, posts: 4, comments: 6, likes: 2, follows: 2 })
    expect(
      await board.rows(
        `SELECT id, name, role, LEFT(password_hash, 14) AS hash,
                (SELECT address FROM addresses WHERE user_id = users.id) AS address,
                EXISTS (SELECT 1 FROM avatars WHERE user_id = users.id) AS hasAvatar,
                (SELECT kind FROM sanctions WHERE user_id = users.id) AS sanction
           FROM users ORDER BY id`,
      ),
    ).toEqual([
      {
        ...{ id: 1, name: 'ana & co', role: 'admin', hash: 'nodebb:sha512:', address: 'ana@example.org' },
        ...{ hasAvatar: 1, sanction: null },
      },
      {
        ...{ id: 2, name: 'bo', role: 'member', hash: 'nodebb:$2a$04$', address: null },
        ...{ hasAvatar: 0, sanction: null },
      },
      { id: 3, name: 'cem', role: 'member', hash: null, address: null, hasAvatar: 0, sanction: 'suspend' },
      { id: 4, name: 'bo-2', role: 'member', hash: null, address: null, hasAvatar: 0, sanction: null },
    ])
    expect(
      await board.rows(
        `SELECT id, name, (SELECT read_by FROM doors WHERE category_id = categories.id) AS readBy
           FROM categories ORDER BY id`,
      ),
    ).toEqual([
      { id: 1, name: 'Kitchen & home', readBy: null },
      { id: 2, name: 'Kitchen & home: Talk', readBy: null },
      { id: 3, name: 'Staff', readBy: 'groups' },
      { id: 4, name: 'Talk (4)', readBy: null },
    ])
    const plain = { likes: 0, comments: 0, hasPicture: 0, isLocked: 0, isHidden: 0 }
    expect(
      await board.rows(
        `SELECT id, category_id AS category, author_id AS author, title, body, likes, comments,
                image_hash IS NOT NULL AS hasPicture,
                EXISTS (SELECT 1 FROM locked_posts WHERE post_id = id) AS isLocked,
                EXISTS (SELECT 1 FROM removed_posts WHERE post_id = id) AS isHidden
           FROM posts ORDER BY id`,
      ),
    ).toEqual([
      {
        ...{ ...plain, id: 1, category: 2, author: 1, title: 'Käse & Brot 🍞', likes: 2, comments: 5 },
        ...{ hasPicture: 1, isLocked: 1 },
        body: '**Gut** & *rein*\n\n[far](https://example.org/a.png)',
      },
      { ...plain, id: 2, category: 1, author: 2, title: '<b>No markup</b>', body: 'Grüße, Привет' },
      { ...plain, id: 3, category: 3, author: 1, title: 'Inside', body: 'Inside' },
      { ...plain, id: 5, category: 1, author: 2, title: 'Gone', body: 'Gone', isHidden: 1 },
    ])
    expect(
      await board.rows(
        `SELECT id, root_id AS root, parent_id AS parent, comments.author_id AS author, comments.body,
                hidden_comments.body AS hidden
           FROM comments LEFT JOIN hidden_comments ON comment_id = id ORDER BY id`,
      ),
    ).toEqual([
      { id: 2, root: null, parent: null, author: 2, body: '@ana-co said\n> Gut\n\nYes', hidden: null },
      {
        ...{ id: 3, root: 2, parent: 2, author: 3, hidden: null },
        body: 'No [x](/assets/uploads/files/x.png)',
      },
      { id: 5, root: null, parent: null, author: 3, body: 'I answer what comes', hidden: null },
      { id: 6, root: 5, parent: 5, author: null, body: 'And I what was', hidden: null },
      { id: 7, root: null, parent: null, author: null, body: '', hidden: 'Rude' },
      { id: 8, root: null, parent: null, author: null, body: '*Passer\\_by:*\n\nI was here', hidden: null },
    ])
    expect(await board.rows('SELECT batcher, likes FROM like_batches')).toEqual([
      { batcher: 'import', likes: 2 },
    ])
  })

  test('is told what cannot come, a line each, before anything is written', async () => {
    const { board, said } = await bring('nodebb', dump, files, { isDryRun: true })

    expect(said).toEqual([
      'stays behind: topics of no category, as of other servers: 1',
      'stays behind: polls, of which the topics come: 1',
      'stays behind: votes for answers, as only posts are liked here: 1',
      'stays behind: addresses of mail that nobody confirmed: 1',
      'stays behind: chats, groups, moderators, reputation, votes against posts, reports, notices and settings',
      'members 2: its picture public/uploads/profile/uid-2/gone.png is not there',
      'members 3 "cem": its password is of an unknown kind, and stays behind',
      'members 4 "bo": somebody else has this name; it gets a number behind',
      'categories 3 "Staff": guests could not read it, so it comes closed',
      'posts 7: it has no text, and stays behind',
      'comments 3: its picture public/uploads/files/x.png stays: answers have none',
      'posts 2: its createdAt 2096-10-02T07:06:40.000Z is in the future, and becomes now',
      'posts 6: there is no category 99',
      'comments 5: it answers comment 6, which is not before it on its post, and stands on the post',
      'comments 6: there is no member 99, so it has no author',
    ])
    expect(await board.rows('SELECT COUNT(*) AS n FROM users')).toEqual([{ n: 1 }])
  })

  test('is there once, whatever ended its import, and comes only once', async () => {
    await expectOnce('nodebb', dump, files)
  })

  test.each([
    ['none of it', 'hello\n', "is no export of NodeBB's objects"],
    ['cut', readFileSync(dump, 'utf8').slice(0, -10), /line \d+: the file ends within it/],
    ['damaged', `${readFileSync(dump, 'utf8')}{"a"}\n`, /line \d+: it is no object of NodeBB/],
  ])('is refused where the file is %s', async (_, text, why) => {
    const path = join(temporaryFolder(), 'objects.jsonl')
    writeFileSync(path, text)
    await expect(bring('nodebb', path, files)).rejects.toThrow(why)
  })

  test('lets people in with their passwords, and its old addresses lead to what came, also when that board moves', async () => {
    const { rows, signIn, expectPlaces } = await openForeign('nodebb', { dump, files, isMoved: true })

    expect(await signIn('ana & co', 'Käse & Brot!')).toBe(422)
    expect(await signIn('ana & co', 'Käse & Brot')).toBe(303)
    expect(await signIn('bo', 'test12345')).toBe(303)
    expect(await rows('SELECT LEFT(password_hash, 10) AS hash FROM users WHERE id IN (1, 2)')).toEqual([
      { hash: '$argon2id$' },
      { hash: '$argon2id$' },
    ])

    await expectPlaces(
      {
        '/topic/1/kase-brot': '/posts/1',
        '/topic/1': '/posts/1',
        '/forum/topic/1/kase-brot/5': '/posts/1',
        '/post/1': '/posts/1',
        '/post/3': '/comments/3',
        '/user/ana-co': '/users/ana%20%26%20co',
        '/forum/user/bo': '/users/bo',
        '/uid/2': '/users/bo',
        '/category/2/talk': '/categories/2',
        '/category/1': '/categories/1',
      },
      ['/topic/4/x', '/topic/x', '/post/11', '/user/nobody', '/category/99', '/uid/77'],
    )
  })
})
