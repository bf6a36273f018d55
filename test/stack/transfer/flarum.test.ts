import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, temporaryFolder } from '../../support/servers/reaper.ts'
import { bring, expectOnce, folderWithPictures, openForeign } from '../../support/site/foreign-board.ts'

setDefaultTimeout(120_000)

const dump = join(root, 'test/stack/transfer/flarum.sql')
let files: string
beforeAll(async () => {
  files = await folderWithPictures([
    'public/assets/avatars/abc.png',
    'public/assets/files/2019-03-01/1-bread.png',
  ])
})

describe('a board of Flarum', () => {
  test('comes with people, texts, pictures and likes, under its numbers', async () => {
    const { board, came } = await bring('flarum', dump, files)

    expect(came).toMatchObject({ members: 4, categories: 7, posts: 7, comments: 6, likes: 2, follows: 2 })
    expect(
      await board.rows(
        `SELECT id, name, role, LEFT(password_hash, 11) AS hash,
                (SELECT CONCAT(address, ' ', language) FROM addresses WHERE user_id = users.id) AS address,
                EXISTS (SELECT 1 FROM avatars WHERE user_id = users.id) AS hasAvatar,
                (SELECT kind FROM sanctions WHERE user_id = users.id) AS sanction
           FROM users ORDER BY id`,
      ),
    ).toEqual([
      {
        ...{ id: 1, name: 'ana', role: 'admin', hash: 'flarum:$2y$', address: 'ana@example.org de' },
        ...{ hasAvatar: 1, sanction: null },
      },
      {
        ...{ id: 2, name: 'Bo', role: 'member', hash: 'flarum:$2y$', address: null },
        ...{ hasAvatar: 0, sanction: null },
      },
      {
        ...{ id: 3, name: 'cem', role: 'member', hash: null, address: null },
        ...{ hasAvatar: 0, sanction: 'suspend' },
      },
      {
        ...{ id: 4, name: 'ana-2', role: 'member', hash: null, address: 'ana.too@example.org en' },
        ...{ hasAvatar: 0, sanction: null },
      },
    ])
    expect(
      await board.rows(
        `SELECT id, name, (SELECT read_by FROM doors WHERE category_id = categories.id) AS readBy
           FROM categories ORDER BY id`,
      ),
    ).toEqual([
      { id: 1, name: 'Kitchen', readBy: null },
      { id: 2, name: 'Kitchen: Talk', readBy: null },
      { id: 3, name: 'Town', readBy: null },
      { id: 4, name: 'Town: Talk', readBy: null },
      { id: 5, name: 'Board', readBy: 'groups' },
      { id: 8, name: 'Staff', readBy: 'groups' },
      { id: 1_000_000, name: 'Other', readBy: null },
    ])
    const posts = await board.rows(
      `SELECT id, category_id AS category, author_id AS author, title, body, likes, comments,
              image_hash IS NOT NULL AS hasPicture,
              EXISTS (SELECT 1 FROM locked_posts WHERE post_id = id) AS isLocked,
              (SELECT reason FROM removed_posts WHERE post_id = id) AS reason,
              YEAR(created_at) AS year,
              (SELECT GROUP_CONCAT(name)
                 FROM tags JOIN post_tags ON tag_id = tags.id
                WHERE post_id = posts.id) AS tags
         FROM posts ORDER BY id`,
    )
    const plain = { likes: 0, comments: 0, hasPicture: 0, isLocked: 0, reason: null, year: 2019, tags: null }
    expect(posts).toEqual([
      {
        ...{ ...plain, id: 1, category: 2, author: 1, title: 'Käse & Brot 🍞', likes: 2, comments: 5 },
        ...{ hasPicture: 1, isLocked: 1, tags: 'rye_bread' },
        body: '## Käse\n\n**Gut** & \\*rein\\* 😀 @bo\n\n- one [a](https://a.org/)\n\n- ``x*y``',
      },
      {
        ...{ ...plain, id: 2, category: 3, author: 2, title: '<b>No markup</b>', body: 'Grüße' },
        year: new Date().getUTCFullYear(),
      },
      { ...plain, id: 3, category: 5, author: 1, title: 'Inside', body: 'Привет' },
      {
        ...{ ...plain, id: 5, category: 4, author: 2, title: 'Waits', body: 'Waits' },
        reason: 'Nobody had approved it.',
      },
      {
        ...{ ...plain, id: 6, category: 1, author: 2, title: 'Gone', body: 'Gone' },
        reason: 'It was hidden on the board that it came from.',
      },
      { ...plain, id: 8, category: 1_000_000, author: null, title: 'Without a tag', body: 'Plain <b' },
      { ...plain, id: 9, category: 8, author: 2, title: 'Its text is hidden', body: '…' },
    ])
    expect(
      await board.rows(
        `SELECT id, post_id AS post, root_id AS root, parent_id AS parent, comments.author_id AS author,
                comments.body, hidden_comments.body AS hidden
           FROM comments LEFT JOIN hidden_comments ON comment_id = id ORDER BY id`,
      ),
    ).toEqual([
      { id: 2, post: 1, root: null, parent: null, author: 2, body: '@ana Yes', hidden: null },
      { id: 4, post: 1, root: 2, parent: 2, author: 3, body: '> Yes\n\nNo', hidden: null },
      { id: 5, post: 1, root: null, parent: null, author: 3, body: 'I answer what comes', hidden: null },
      { id: 6, post: 1, root: 5, parent: 5, author: null, body: 'And I what was', hidden: null },
      { id: 7, post: 1, root: null, parent: null, author: null, body: '', hidden: 'Rude' },
      {
        ...{ id: 9, post: 1, root: 2, parent: 4, author: 2, hidden: null },
        body: '[/assets/files/2019-03-01/2-cake.png](/assets/files/2019-03-01/2-cake.png)',
      },
    ])
    expect(await board.rows('SELECT batcher, likes FROM like_batches')).toEqual([
      { batcher: 'import', likes: 2 },
    ])
    const secret = `%secret%`
    expect(await board.rows('SELECT id FROM comments WHERE body LIKE ?', [secret])).toEqual([])
  })

  test('is told what cannot come, a line each, before anything is written', async () => {
    const { board, said } = await bring('flarum', dump, files, { isDryRun: true })

    expect(said).toEqual([
      'texts that are not in the character set of the dump, and were read as windows-1252: 1',
      'stays behind: private discussions: 2',
      'stays behind: private texts within others: 1',
      'stays behind: polls, of which the discussions come: 1',
      'stays behind: likes of answers, as only posts are liked here: 1',
      'stays behind: the approval of texts that nobody approved, which come hidden: 1',
      'stays behind: reports: 1',
      'stays behind: addresses of mail that nobody confirmed: 1',
      'stays behind: names shown in place of those that people sign in by: 1',
      'stays behind: notes in discussions that they were renamed, locked or tagged: 1',
      'stays behind: groups, moderators, notices and settings',
      'members 2: its picture public/assets/avatars/gone.png is not there',
      'members 3 "cem": its password is of an unknown kind, and stays behind',
      'members 4 "ana": somebody else has this name; it gets a number behind',
      'the tag 2019 stays behind: here tags have a letter',
      'categories 5 "Board": guests could not read it, so it comes closed',
      'categories 8 "Staff": guests could not read it, so it comes closed',
      'posts 7: it has no text, and stays behind',
      'posts 8: its text is of an unknown form, and stays as it is',
      'posts 9: its text was hidden, and stays behind',
      'comments 9: its picture public/assets/files/2019-03-01/2-cake.png stays: answers have none',
      'posts 2: its createdAt 2096-10-02T07:06:40.000Z is in the future, and becomes now',
      'comments 5: it answers comment 6, which is not before it on its post, and stands on the post',
      'comments 6: there is no member 99, so it has no author',
      'comments 7: it answers comment 7, which is not before it on its post, and stands on the post',
    ])
    expect(await board.rows('SELECT COUNT(*) AS n FROM users')).toEqual([{ n: 1 }])
  })

  test('is there once, whatever ended its import, and comes only once', async () => {
    const whole = await expectOnce('flarum', dump, files)

    const later = join(temporaryFolder(), 'later.sql')
    const more = `INSERT INTO fl_posts
      VALUES (20,1,10,'2019-03-03 00:00:00',2,'comment','<t>Later</t>',NULL,NULL,0,1);`
    writeFileSync(later, `${readFileSync(dump, 'utf8')}${more}\n`)
    expect((await bring('flarum', later, files, { board: whole })).came).toMatchObject({
      comments: 1,
      posts: 0,
    })
  })

  test('lets people in with their passwords, and its old addresses lead to what came, also when that board moves', async () => {
    const { rows, signIn, expectPlaces } = await openForeign('flarum', { dump, files, isMoved: true })

    expect(await signIn('ana', 'Käse & "Brot!"')).toBe(422)
    expect(await signIn('ana', 'Käse & "Brot"')).toBe(303)
    expect(await rows(`SELECT LEFT(password_hash, 10) AS hash FROM users WHERE id = 1`)).toEqual([
      { hash: '$argon2id$' },
    ])
    // PHP made the hash of its first 72 bytes.
    expect(await signIn('Bo', 'a'.repeat(80))).toBe(303)
    expect(await signIn('Bo', 'a'.repeat(79))).toBe(422)

    await expectPlaces(
      {
        '/d/1-kase-brot': '/posts/1',
        '/d/1': '/posts/1',
        '/forum/d/1-kase-brot/4': '/comments/4',
        '/d/1-kase-brot/3': '/posts/1',
        '/d/2-no-markup/1': '/posts/2',
        '/u/ana': '/users/ana',
        '/u/bo': '/users/Bo',
        '/forum/u/BO': '/users/Bo',
        '/t/kitchen-talk': '/categories/2',
        '/forum/t/town': '/categories/3',
        '/t/rye-bread': '/tags/rye_bread',
      },
      ['/d/4-among-us-two', '/d/x', '/d/77', '/u/nobody', '/t/nothing', '/t/2019'],
    )
  })
})
