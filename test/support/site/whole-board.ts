import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { sha256 } from '../../../src/platform/sha256.ts'
import type { TestDatabase } from '../servers/database.ts'
import { root } from '../servers/reaper.ts'

/**
 * Fills an empty database with the sample board and, in every table that an export carries, something beside.
 */
export async function addWholeBoard({ url }: TestDatabase): Promise<void> {
  const connection = await createConnection({ uri: url, multipleStatements: true })
  await connection.query(readFileSync(join(root, 'sql/sample.sql'), 'utf8'))
  await connection.query(more)
  await connection.query(
    `INSERT INTO moderation_actions (number, act, kind, subject_id, reason, done_by, done_at, hash, rule,
                                     detail, until_at, refers_to, concerns)
     VALUES ?;
     UPDATE moderation_heads SET number = ?, hash = ?`,
    [entries.map(rowOf), entries.length, hashes.at(-1)],
  )
  await connection.query(aboutEntries)
  await connection.end()
}

const until = '2100-03-04T05:06:07.008Z'

/** What is hashed of each entry of the moderation log; the first is from before there were rules. */
const entries = [
  [1, 'hide', 'comment', 5002, 'rude', 9, '2026-03-04T05:06:07.000Z'],
  [2, 'suspend', 'member', 3, 'rude', 9, '2026-03-05T05:06:07.001Z', 'Be kind', null, until, null],
  [3, 'move', 'post', 901, 'off topic', 77, '2026-03-05T05:06:07.002Z', null, '1 2', null, null],
  [4, 'appeal', 'comment', 5002, 'it was', 9, '2026-03-06T05:06:07.003Z', null, null, null, 1],
]

const hashes: string[] = []
for (const entry of entries)
  hashes.push(sha256(`${hashes.at(-1) ?? '0'.repeat(64)}|${JSON.stringify(entry)}`))

function rowOf(entry: (string | number | null)[], index: number) {
  const [number, act, kind, subject, reason, by, doneAt, rule, detail, untilAt, refersTo] = entry
  const told = [rule ?? null, detail ?? null, untilAt ? new Date(untilAt) : null, refersTo ?? null]
  return [number, act, kind, subject, reason, by, new Date(doneAt ?? 0), hashes[index], ...told, 3]
}

const aboutEntries = `
INSERT INTO rules (id, place, title, body) VALUES
  (3, 2, 'Be kind', 'Say **what** is\n\nwrong.'), (5, 1, 'On topic', '');
INSERT INTO locked_posts (post_id) VALUES (5);
INSERT INTO sanctions (user_id, kind, until_at) VALUES
  (3, 'suspend', '2100-03-04 05:06:07.008'), (4, 'silence', '2026-02-02 02:02:02');
INSERT INTO appeals (action_number, user_id, body, created_at, decided_at, decided_by, is_granted, answer)
VALUES (1, 3, 'It was "not"', '2026-03-05 05:06:07.003', '2026-03-06 05:06:07.003', 9, 1, 'it was'),
  (2, 3, 'Why?', '2026-03-05 06:06:07.003', NULL, NULL, 0, '');
INSERT INTO reports (id, kind, subject_id, reporter_id, reporter_key, reason, body, address, language,
                     created_at, closed_at, closed_by, action_number) VALUES
  (4, 'comment', 5002, 2, NULL, 'rule', 'Rude', NULL, 'en', '2026-03-04 05:05:07', '2026-03-04 05:06:07',
   9, 1),
  (6, 'member', 3, NULL, UNHEX(SHA2('who', 256)), 'illegal', 'See', 'who@example.org', 'ar',
   '2026-03-07 05:05:07', NULL, NULL, NULL);
INSERT INTO moderator_notes (id, kind, subject_id, author_id, body, created_at) VALUES
  (2, 'member', 3, 9, 'Twice now', '2026-03-07 05:05:07'), (3, 'item', 1, 77, '', '2026-03-07 05:05:08');
`

const picture = '524946460000'
const ofPicture = sha256(Buffer.from(picture, 'hex'))

const more = `
INSERT INTO users (id, name, name_key, password_hash, role, created_at, disabled_at) VALUES
  (9, 'keeper', UNHEX(SHA2('keeper', 256)), '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA', 'admin',
   '2026-01-02 03:04:05.678', NULL),
  (10, 'dürüm 🌯 ''";--\\\\', UNHEX(SHA2('dürüm 🌯 ''";--\\\\', 256)), NULL, 'member',
   '2026-01-03 00:00:00.001', '2026-02-03 00:00:00');
UPDATE users SET password_hash = '$argon2id$v=19$m=8,t=1,p=1$b3RoZXJzYWx0$b3RoZXI' WHERE id = 1;
UPDATE users SET language = 'de' WHERE id = 9;
INSERT INTO avatars (user_id, hash, picture) VALUES (1, '${ofPicture}', UNHEX('${picture}'));
INSERT INTO addresses (user_id, address, address_key, language, refused_at) VALUES
  (1, 'ana@example.org', UNHEX(SHA2('ana@example.org', 256)), 'ar', '2026-05-05 05:05:05');
INSERT INTO second_factors (user_id, secret, last_step, created_at) VALUES
  (9, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 59000000, '2026-02-02 02:02:02.002');
INSERT INTO recovery_codes (user_id, code_key) VALUES
  (9, UNHEX(SHA2('a', 256))), (9, UNHEX(SHA2('b', 256)));
INSERT INTO passkeys
  (user_id, name, credential_key, credential_id, public_key, counter, created_at, used_at) VALUES
  (9, 'phone', UNHEX(SHA2(UNHEX('0102'), 256)), UNHEX('0102'), UNHEX('a501'), 7, '2026-02-02 02:02:02', NULL);
INSERT INTO single_sign_ons (user_id, identity_key, made_admin, created_at) VALUES
  (2, UNHEX(SHA2('there', 256)), 0, '2026-02-02 02:02:02');
INSERT INTO images (hash, width, height, small, large) VALUES
  ('${ofPicture}', 30, 20, UNHEX('${picture}01'), UNHEX('${picture}'));
UPDATE posts SET image_hash = '${ofPicture}', image_alt = 'A "bread" \\\\ 🍞',
       edited_at = '2026-06-06 06:06:06.006'
 WHERE id = 3;
INSERT INTO offers (post_id, kind, price, place, place_key, state) VALUES
  (3, 'sale', 12.5000, 'Élm Row', 'elm row', 'reserved'), (5, 'gift', NULL, '', '', 'open');
INSERT INTO offer_pictures (post_id, place, image_hash, alt) VALUES (3, 1, '${ofPicture}', 'A "bread"');
INSERT INTO acts
  (post_id, act_id, act_key, category_id, username, username_key, timestamp, moment, image, bytes) VALUES
  (2, 'act-1', UNHEX(SHA2('act-1', 256)), 1, 'bo', UNHEX(SHA2('bo', 256)), '01-02-2026:03-04-05',
          20260201030405, 'aGk=', 200);
UPDATE categories SET acts = acts + 1, description = 'What is on', place = 3, hue = 5 WHERE id = 1;
INSERT INTO removed_posts (post_id, title, author_id, removed_by, is_open, reason, removed_at) VALUES
  (4, 'The repair evening is back', 4, 9, 0, 'twice', '2026-07-07 07:07:07.007'),
  (900, 'Long gone', 4, NULL, 1, 'old', '2026-01-07 07:07:07.007');
UPDATE categories SET posts = posts - 1 WHERE id = 3;
INSERT INTO comments
  (id, post_id, root_id, parent_id, author_id, body, created_at, edited_at, removed_at, reason) VALUES
  (5001, 1, NULL, NULL, 1, 'Line one\\nLine two\\t\\0 end', '2026-03-01 01:01:01.001', NULL, NULL, NULL),
  (5002, 1, 5001, 5001, NULL, '', '2026-03-01 01:01:02.001', NULL, '2026-03-04 05:06:07', 'rude'),
  (5003, 1, 5001, 5002, 2, 'An answer', '2026-03-01 01:01:03.001', '2026-03-01 01:02:03.001', NULL, NULL);
INSERT INTO hidden_comments (comment_id, author_id, body, hidden_at) VALUES
  (5002, 3, 'What was said', '2026-03-04 05:06:07.000');
UPDATE posts SET comments = comments + 2 WHERE id = 1;
INSERT INTO likes (post_id, user_id, created_at) VALUES (1, 2, '2026-03-03 03:03:03.003'),
  (1, 3, '2026-03-03 03:03:03.004');
UPDATE items SET description = 'With *cream*', category = 'Larder', unit = 'piece', most_each = 4, low_at = 2,
         post_id = 1
  WHERE id = 1;
INSERT INTO items (name, quantity, price, variant_of) VALUES ('Cake, half', 3, 6.5, 1);
INSERT INTO item_pictures (item_id, place, image_hash, image_alt)
  SELECT 1, ROW_NUMBER() OVER (ORDER BY hash), hash, 'A cake' FROM images;
INSERT INTO orders
  (id, user_id, state, request_key, request_hash, created_at, closed_at, paid_at, is_invoiced) VALUES
  (70, 1, 'completed', 'x', 'x', '2026-04-04 04:04:04.004', '2026-04-05 04:04:04.004',
   '2026-04-05 05:04:04.004', TRUE),
  (71, NULL, 'open', 'y', 'y', '2026-04-04 04:04:05.004', NULL, NULL, FALSE);
INSERT INTO order_lines (order_id, line, item_id, name, quantity, price) VALUES
  (70, 1, 1, 'Cake', 2, 12.5), (70, 2, NULL, 'No longer sold', 1, 0.0001);
INSERT INTO payment_notes (order_id, is_paid, reason, noted_by, noted_at) VALUES
  (70, TRUE, '', 9, '2026-04-05 05:04:04.004'), (71, FALSE, 'A mistake', NULL, '2026-04-05 06:04:04.004');
INSERT INTO invoice_years (year, last) VALUES (2026, 2);
INSERT INTO invoices (year, number, order_id, kind, issued_at, content) VALUES
  (2026, 1, 70, 'invoice', '2026-04-05 05:04:04.004', '{"order":70}'),
  (2026, 2, 70, 'credit', '2026-04-06 05:04:04.004', NULL);
INSERT INTO order_windows (id, name, opens_at, closes_at, time_zone) VALUES
  (3, 'Spring 🌱 "one"', '2026-04-01 04:04:04.004', '2026-04-06 04:04:04', 'Africa/Cairo'),
  (4, 'Summer', '2100-07-01 00:00:00', '2100-07-06 00:00:00', 'UTC');
INSERT INTO pickups (id, window_id, place, starts_at, ends_at) VALUES
  (5, 3, 'The barn', '2026-04-07 10:00:00', '2026-04-07 12:00:00'),
  (6, 3, 'School', '2026-04-07 11:00:00', '2026-04-07 12:00:00.001'),
  (7, 4, 'The barn', '2100-07-07 10:00:00', '2100-07-07 12:00:00');
INSERT INTO window_orders (order_id, window_id, pickup_id) VALUES (70, 3, 6);
INSERT INTO window_tellings (window_id, stage, after_user, told_at) VALUES
  (3, 'closes', 2, '2026-04-06 04:05:04'), (3, 'ready', 2, '2026-04-07 04:05:04');
INSERT INTO market_follows (user_id, level) VALUES (2, 'mute'), (1, 'all');
INSERT INTO moderators (user_id, category_id, made_by, by_group, made_at) VALUES
  (2, 0, 9, 0, '2026-05-05 05:05:05.005'), (3, 2, NULL, 1, '2026-05-05 05:05:06.005');
INSERT INTO moderation_log (what, subject, done_by, is_open, done_at) VALUES
  ('category', 'Old', 9, 0, '2026-06-06 06:06:06.001'), ('account', 'x', NULL, 1, '2026-06-06 06:06:06.002');
INSERT INTO admin_notes (what, subject, detail, done_by, done_at) VALUES
  ('moved', 'A post', 'Books', 9, '2026-06-06 06:06:06.003');
INSERT INTO post_follows (subject_id, user_id, level) VALUES (1, 2, 'all'), (2, 3, 'mute');
INSERT INTO category_follows (subject_id, user_id, level) VALUES (2, 1, 'posts');
INSERT INTO member_follows (subject_id, user_id, level) VALUES (1, 2, 'all');
INSERT INTO tag_follows (subject_id, user_id, level) SELECT id, 4, 'posts' FROM tags WHERE name = 'bread';
INSERT INTO notice_mails (user_id, pace, time_zone, token, due_at, mailed_up_to) VALUES
  (1, 'never', 'Africa/Cairo', REPEAT('a', 43), NULL, 5);
INSERT INTO follow_refusals (user_id) VALUES (5);
INSERT INTO imports (id, board, program, keeps_ids) VALUES
  (7, '11111111-1111-4111-8111-111111111111', 'flarum', 0), (8, UUID(), 'agora', 0);
INSERT INTO imported (import_id, kind, source_id, local_id) VALUES
  (7, 'members', 31, 2), (7, 'categories', 32, 2), (7, 'posts', 33, 1), (7, 'posts', 34, 40404),
  (7, 'openers', 35, 1), (7, 'comments', 36, 5003), (8, 'posts', 37, 1);
INSERT INTO imported_paths (path_key, import_id, kind, local_id) VALUES
  (UNHEX(SHA2('u/bo', 256)), 7, 'members', 2), (UNHEX(SHA2('d/33/2', 256)), 7, 'comments', 5003);
`
