import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestDatabase } from '../../support/servers/database.ts'
import { root, temporaryFolder } from '../../support/servers/reaper.ts'
import { bring, expectOnce, folderWithPictures, openForeign } from '../../support/site/foreign-board.ts'

setDefaultTimeout(120_000)

const dump = join(root, 'test/stack/transfer/phpbb.sql')
let files: string
beforeAll(async () => {
  files = await folderWithPictures(['files/2_abc', 'images/avatars/upload/5a17_2.png'])
})

const brought = (path = dump, isDryRun = false, board?: TestDatabase) =>
  bring('phpbb', path, files, { isDryRun, board })

describe('a board of phpBB', () => {
  test('comes with people, texts, pictures and likes, under its numbers', async () => {
    const { board, came } = await brought()

    expect(came).toMatchObject({ members: 4, categories: 4, posts: 4, comments: 4, likes: 2, follows: 1 })
    expect(
      await board.rows(
        `SELECT id, name, role, disabled_at IS NULL AS enabled, LEFT(password_hash, 10) AS hash,
                (SELECT address FROM addresses WHERE user_id = users.id) AS address,
                EXISTS (SELECT 1 FROM avatars WHERE user_id = users.id) AS hasAvatar,
                (SELECT kind FROM sanctions WHERE user_id = users.id) AS sanction
           FROM users ORDER BY id`,
      ),
    ).toEqual([
      {
        id: 2,
        name: 'ana & co',
        role: 'admin',
        enabled: 1,
        hash: 'phpbb:$2y$',
        address: 'ana@example.org',
        hasAvatar: 1,
        sanction: null,
      },
      {
        id: 3,
        name: 'bo',
        role: 'member',
        enabled: 1,
        hash: 'phpbb:$P$9',
        address: null,
        hasAvatar: 0,
        sanction: null,
      },
      {
        id: 4,
        name: 'cem',
        role: 'member',
        enabled: 1,
        hash: null,
        address: null,
        hasAvatar: 0,
        sanction: 'suspend',
      },
      {
        id: 5,
        name: 'dora',
        role: 'member',
        enabled: 0,
        hash: null,
        address: 'dora@example.org',
        hasAvatar: 0,
        sanction: null,
      },
    ])
    expect(
      await board.rows(
        `SELECT id, name, description, (SELECT read_by FROM doors WHERE category_id = categories.id) AS readBy
           FROM categories ORDER BY id`,
      ),
    ).toEqual([
      { id: 3, name: 'Bread & cake', description: 'All baking', readBy: null },
      { id: 4, name: 'Town: Talk', description: '', readBy: null },
      { id: 5, name: 'Kitchen: Talk', description: '', readBy: 'groups' },
      { id: 6, name: 'Board', description: '', readBy: 'groups' },
    ])
    expect(
      await board.rows(
        `SELECT id, title, body, author_id AS author, likes, comments, image_alt AS alt,
                image_hash IS NOT NULL AS hasPicture,
                EXISTS (SELECT 1 FROM locked_posts WHERE post_id = id) AS isLocked,
                (SELECT reason FROM removed_posts WHERE post_id = id) AS reason,
                YEAR(created_at) AS year
           FROM posts ORDER BY id`,
      ),
    ).toEqual([
      {
        ...{
          id: 7,
          title: 'Käse & Brot 🍞',
          author: 2,
          likes: 2,
          comments: 2,
          alt: 'Our "bread"',
          hasPicture: 1,
        },
        body: "Käse & \\*Brot\\*\n'quoted' and 'twice'; [here](https://a.org/)",
        ...{ isLocked: 1, reason: null, year: 2011 },
      },
      {
        ...{ id: 8, title: '<b>No markup</b>', author: 3, likes: 0, comments: 1, alt: '', hasPicture: 0 },
        ...{ body: 'Grüße', isLocked: 0, reason: null, year: new Date().getUTCFullYear() },
      },
      {
        ...{ id: 9, title: 'Inside', author: 2, likes: 0, comments: 0, alt: '', hasPicture: 0 },
        ...{ body: 'Only for some', isLocked: 0, reason: null, year: 2011 },
      },
      {
        ...{ id: 10, title: 'Waiting', author: 3, likes: 0, comments: 0, alt: '', hasPicture: 0 },
        ...{ body: 'Waits', isLocked: 0, reason: 'Nobody had approved it.', year: 2011 },
      },
    ])
    expect(
      await board.rows(
        `SELECT id, post_id AS post, comments.author_id AS author, comments.body, reason,
                hidden_comments.body AS hidden
           FROM comments LEFT JOIN hidden_comments ON comment_id = id ORDER BY id`,
      ),
    ).toEqual([
      { id: 11, post: 7, author: null, body: '*Passer\\_by:*\n\nI was here', reason: null, hidden: null },
      { id: 12, post: 7, author: 3, body: '> **ana:**\n> Käse\n\nYes', reason: null, hidden: null },
      { id: 13, post: 7, author: null, body: '', reason: 'not kind', hidden: 'Rude' },
      { id: 15, post: 8, author: null, body: '[b]old[/b] text', reason: null, hidden: null },
    ])
    expect(await board.rows('SELECT batcher, likes FROM like_batches')).toEqual([
      { batcher: 'import', likes: 2 },
    ])
  })

  test('is told what cannot come, a line each, before anything is written', async () => {
    const { board, said, came } = await brought(dump, true)

    expect(said).toEqual([
      'texts that are not in the character set of the dump, and were read as windows-1252: 1',
      'stays behind: polls, of which the topics come without questions and votes: 1',
      'stays behind: private messages: 2',
      'stays behind: thanks for answers, as only posts are liked here: 1',
      'stays behind: the approval of texts that nobody approved, which come hidden: 1',
      'stays behind: signatures, friends, ranks, groups, moderators and styles',
      'members 4 "cem": its password is of an unknown kind, and stays behind',
      'categories 5 "Kitchen: Talk": guests could not read it, so it comes closed',
      'categories 6 "Board": guests could not read it, so it comes closed',
      'posts 7: its file recipe.pdf stays: a post has one picture',
      'posts 8: its picture files/2_gone is not there',
      'comments 15: its text is of an older phpBB, and its BBCode stays as it was typed',
      'posts 8: its createdAt 2096-10-02T07:06:40.000Z is in the future, and becomes now',
      'posts 12: there is no category 99',
      'comments 15: there is no member 99, so it has no author',
    ])
    expect(came.posts).toBe(4)
    expect(await board.rows('SELECT COUNT(*) AS n FROM users')).toEqual([{ n: 1 }])
  })

  test('is there once, whatever ended its import, comes only once, and then what is new of a later dump', async () => {
    const board = await expectOnce('phpbb', dump, files)
    const later = join(temporaryFolder(), 'later.sql')
    writeFileSync(
      later,
      `${readFileSync(dump, 'utf8')}INSERT INTO \`club_posts\` VALUES (19,7,3,1300001000,'','<t>Later</t>',0,1,0,'');\n`,
    )

    expect((await brought(later, false, board)).came.comments).toBe(1)
  })

  test.each([
    [
      'is none of phpBB',
      'CREATE TABLE `a` (\n  `b` int\n);',
      'is no dump of phpBB 3.3: it has no table topics, posts',
    ],
    [
      'is cut within a text',
      readFileSync(dump, 'utf8').slice(0, -300),
      /can't be read: line 1\d\d: the file ends within a text/,
    ],
    ['is compressed', '\x1f\x8b\x08', 'is compressed: unpack it first'],
  ])('refuses a file that %s', async (_, text, why) => {
    const path = join(temporaryFolder(), 'dump.sql')
    writeFileSync(path, text, 'latin1')
    await expect(brought(path)).rejects.toThrow(why)
  })

  test('lets people in with their passwords, which are hashed anew, and old addresses lead to what came', async () => {
    const { rows, signIn, expectPlaces } = await openForeign('phpbb', { dump, files })
    const hashOf = async (id: number) =>
      (await rows<{ hash: string }>('SELECT password_hash AS hash FROM users WHERE id = ?', [id]))[0]?.hash

    expect(await signIn('ana & co', 'Käse & "Brot!"')).toBe(422)
    expect(await signIn('ana & co', 'Käse & "Brot"')).toBe(303)
    expect(await hashOf(2)).toStartWith('$argon2id$')
    expect(await signIn('ana & co', 'Käse & "Brot"')).toBe(303)
    expect(await signIn('bo', 'test12345')).toBe(303)
    expect(await hashOf(3)).toStartWith('$argon2id$')

    await expectPlaces(
      {
        '/viewtopic.php?f=3&t=7&start=20': '/posts/7',
        '/forum/viewtopic.php?p=10': '/posts/7',
        '/viewtopic.php?t=7&p=12': '/comments/12',
        '/viewforum.php?f=3': '/categories/3',
        '/memberlist.php?mode=viewprofile&u=2': '/users/ana%20%26%20co',
      },
      ['/viewtopic.php', '/viewtopic.php?t=77', '/viewforum.php?f=x', '/memberlist.php?u=1'],
    )
  })
})
