import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, temporaryFolder } from '../../support/servers/reaper.ts'
import { bring, expectOnce, folderWithPictures, openForeign } from '../../support/site/foreign-board.ts'

setDefaultTimeout(120_000)

const dump = join(root, 'test/stack/transfer/discourse.sql')
let files: string
beforeAll(async () => {
  files = await folderWithPictures([
    'uploads/default/original/1X/bread.png',
    'uploads/default/original/1X/me.png',
  ])
})

describe('a board of Discourse', () => {
  test('comes with people, texts, pictures and likes, under its numbers', async () => {
    const { board, came } = await bring('discourse', dump, files)

    expect(came).toMatchObject({ members: 4, categories: 4, posts: 4, comments: 6, likes: 2, follows: 3 })
    expect(
      await board.rows(
        `SELECT id, name, role, LEFT(password_hash, 10) AS hash,
                (SELECT address FROM addresses WHERE user_id = users.id) AS address,
                EXISTS (SELECT 1 FROM avatars WHERE user_id = users.id) AS hasAvatar,
                (SELECT COUNT(*) FROM sanctions WHERE user_id = users.id) AS sanctions
           FROM users ORDER BY id`,
      ),
    ).toEqual([
      {
        ...{ id: 1, name: 'ana', role: 'admin', hash: 'discourse:', address: 'ana@example.org' },
        ...{ hasAvatar: 1, sanctions: 0 },
      },
      {
        ...{ id: 2, name: 'Bo', role: 'member', hash: 'discourse:', address: null },
        ...{ hasAvatar: 0, sanctions: 0 },
      },
      { id: 3, name: 'cem', role: 'member', hash: null, address: null, hasAvatar: 0, sanctions: 2 },
      { id: 4, name: 'ana-2', role: 'member', hash: null, address: null, hasAvatar: 0, sanctions: 0 },
    ])
    expect(
      await board.rows(
        `SELECT id, name, description,
                (SELECT read_by FROM doors WHERE category_id = categories.id) AS readBy
           FROM categories ORDER BY id`,
      ),
    ).toEqual([
      { id: 3, name: 'Kitchen', description: 'All of it & more', readBy: null },
      { id: 4, name: 'Kitchen: Talk', description: '', readBy: null },
      { id: 5, name: 'Staff', description: '', readBy: 'groups' },
      { id: 6, name: 'Talk (town-talk)', description: '', readBy: null },
    ])
    const plain = { likes: 0, comments: 0, hasPicture: 0, isLocked: 0, isHidden: 0, tags: null }
    expect(
      await board.rows(
        `SELECT id, category_id AS category, author_id AS author, title, body, likes, comments,
                image_hash IS NOT NULL AS hasPicture,
                EXISTS (SELECT 1 FROM locked_posts WHERE post_id = id) AS isLocked,
                EXISTS (SELECT 1 FROM removed_posts WHERE post_id = id) AS isHidden,
                (SELECT GROUP_CONCAT(name)
                   FROM tags JOIN post_tags ON tag_id = tags.id
                  WHERE post_id = posts.id) AS tags
           FROM posts ORDER BY id`,
      ),
    ).toEqual([
      {
        ...{ ...plain, id: 1, category: 4, author: 1, title: 'Käse & Brot 🍞', likes: 2, comments: 5 },
        ...{ hasPicture: 1, isLocked: 1, tags: 'rye_bread' },
        body: '## Käse\n\n**Gut** & :bread: C:\\\\ovens\n\nother',
      },
      { ...plain, id: 2, category: 3, author: null, title: '<b>No markup</b>', body: 'Welcome' },
      { ...plain, id: 3, category: 5, author: 1, title: 'Inside', body: 'Inside' },
      { ...plain, id: 5, category: 3, author: 2, title: 'Gone', body: 'Gone', isHidden: 1 },
    ])
    expect(
      await board.rows(
        `SELECT id, root_id AS root, parent_id AS parent, comments.author_id AS author, comments.body,
                hidden_comments.body AS hidden
           FROM comments LEFT JOIN hidden_comments ON comment_id = id ORDER BY id`,
      ),
    ).toEqual([
      {
        ...{ id: 2, root: null, parent: null, author: 2, hidden: null },
        body: '> **ana:**\n> Gut\n>\n> > **bo:**\n> > Yes\n>\n> No\n\nYes @ana',
      },
      { id: 3, root: 2, parent: 2, author: 3, body: 'No, x', hidden: null },
      { id: 5, root: null, parent: null, author: 3, body: 'I answer what comes', hidden: null },
      { id: 6, root: 5, parent: 5, author: null, body: 'And I what was', hidden: null },
      { id: 7, root: null, parent: null, author: null, body: '', hidden: 'Rude' },
      { id: 14, root: null, parent: null, author: 2, body: 'Grün, Привет', hidden: null },
    ])
    expect(await board.rows('SELECT batcher, likes FROM like_batches')).toEqual([
      { batcher: 'import', likes: 2 },
    ])
  })

  test('is told what cannot come, a line each, before anything is written', async () => {
    const { board, said } = await bring('discourse', dump, files, { isDryRun: true })

    expect(said).toEqual([
      'stays behind: private messages: 1',
      'stays behind: polls, of which the topics come: 1',
      'stays behind: likes of answers, as only posts are liked here: 1',
      'stays behind: whispers, and notes of what moderators did: 2',
      'stays behind: what waits for moderators: 1',
      'stays behind: people who only wrote by mail: 1',
      'stays behind: addresses of mail that nobody confirmed: 2',
      'stays behind: groups, moderators, badges, trust levels, second factors, notices and settings',
      'members 2: its picture uploads/default/original/1X/gone.png is not there',
      'members 3 "cem": its password is of an unknown kind, and stays behind',
      'members 4 "ana": somebody else has this name; it gets a number behind',
      'categories 5 "Staff": not everybody could read it, so it comes closed',
      'posts 1: its picture upload://2.png stays: a post has one picture',
      'posts 7: it has no text, and stays behind',
      'comments 3: its picture upload://2.png stays: answers have none',
      'posts 2: its createdAt 2096-10-02T07:06:40.000Z is in the future, and becomes now',
      'posts 6: there is no category 99',
      'comments 5: it answers comment 6, which is not before it on its post, and stands on the post',
      'comments 6: there is no member 99, so it has no author',
    ])
    expect(await board.rows('SELECT COUNT(*) AS n FROM users')).toEqual([{ n: 1 }])
  })

  test('is there once, whatever ended its import, and comes only once', async () => {
    await expectOnce('discourse', dump, files)
  })

  test.each([
    ['compressed', '\x1f\x8b\x08', 'is compressed: unpack it first'],
    ['of its own form', 'PGDMP\x01', 'pg_restore --file dump.sql'],
    ['made of INSERTs', 'INSERT INTO public.users VALUES (1);\n', 'line 1: it has INSERTs: make it without'],
    ['of another board', 'COPY public.a (b) FROM stdin;\n\\.\n', 'it has no table topics, posts'],
    ['cut within a row', readFileSync(dump, 'utf8').slice(0, -30), /line \d+: a row of public.users is cut/],
    [
      'cut within a table',
      readFileSync(dump, 'utf8').slice(0, -3),
      "can't be read: it ends within public.users",
    ],
  ])('is refused where the file is %s', async (_, text, why) => {
    const path = join(temporaryFolder(), 'dump.sql')
    writeFileSync(path, text, 'latin1')
    await expect(bring('discourse', path, files)).rejects.toThrow(why)
  })

  test('lets people in with their passwords, and its old addresses lead to what came', async () => {
    const { rows, signIn, expectPlaces } = await openForeign('discourse', { dump, files })

    expect(await signIn('ana', 'Käse & Brot!')).toBe(422)
    expect(await signIn('ana', 'Käse & Brot')).toBe(303)
    expect(await signIn('Bo', 'test12345')).toBe(303)
    expect(await rows('SELECT LEFT(password_hash, 10) AS hash FROM users WHERE id IN (1, 2)')).toEqual([
      { hash: '$argon2id$' },
      { hash: '$argon2id$' },
    ])

    await expectPlaces(
      {
        '/t/kase-brot/1': '/posts/1',
        '/t/kase-brot/1/3': '/comments/3',
        '/t/1': '/posts/1',
        '/t/1/2': '/comments/2',
        '/forum/t/kase-brot/1/99': '/posts/1',
        '/p/1': '/posts/1',
        '/p/3': '/comments/3',
        '/u/bo': '/users/Bo',
        '/c/kitchen/3': '/categories/3',
        '/c/kitchen/talk/4': '/categories/4',
        '/forum/c/kitchen/3': '/categories/3',
        '/tag/rye-bread': '/tags/rye_bread',
      },
      ['/t/among-us-two/4', '/t/77', '/t/x/y', '/p/11', '/u/nobody', '/tag/2019'],
    )
  })
})
