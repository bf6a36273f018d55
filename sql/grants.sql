-- What each role's account may do, and nothing more. Loaded at every start, after the accounts were made.

GRANT SELECT (id, name, name_key, name_start, role, created_at, disabled_at, removed_at, posts_removed),
  UPDATE (language)
  ON agora.users TO 'agora_web'@'%';
GRANT SELECT, UPDATE (used_at) ON agora.sessions TO 'agora_web'@'%';
-- Who has one.
GRANT SELECT (user_id) ON agora.second_factors TO 'agora_web'@'%';
GRANT SELECT (user_id, category_id) ON agora.moderators TO 'agora_web'@'%';
GRANT SELECT (user_id, group_id) ON agora.group_members TO 'agora_web'@'%';
GRANT SELECT ON agora.doors TO 'agora_web'@'%';
GRANT SELECT ON agora.door_groups TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.feed_keys TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE (name, name_key, posts, acts, removed_at, look_key, look_twin), DELETE
  ON agora.categories TO 'agora_web'@'%';
GRANT SELECT, INSERT, DELETE ON agora.images TO 'agora_web'@'%';
GRANT SELECT, DELETE,
  INSERT (category_id, author_id, title, body, image_hash, image_alt),
  UPDATE (category_id, title, body, image_hash, image_alt, comments, edited_at)
  ON agora.posts TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE (category_id), DELETE ON agora.acts TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.post_ranks TO 'agora_web'@'%';
GRANT SELECT, UPDATE (ranked_until) ON agora.ranking TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.ranked_batches TO 'agora_web'@'%';
GRANT SELECT, DELETE,
  INSERT (post_id, root_id, parent_id, author_id, body),
  UPDATE (author_id, body, edited_at, removed_at, reason)
  ON agora.comments TO 'agora_web'@'%';
GRANT SELECT, INSERT ON agora.tags TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE (likes, hot), DELETE ON agora.post_tags TO 'agora_web'@'%';
GRANT SELECT, INSERT, DELETE ON agora.avatars TO 'agora_web'@'%';
GRANT SELECT, UPDATE (used_at) ON agora.tokens TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE (answer), DELETE ON agora.kept_answers TO 'agora_web'@'%';
-- Of posts that are removed.
GRANT SELECT, DELETE ON agora.likes TO 'agora_web'@'%';
GRANT SELECT ON agora.like_batches TO 'agora_web'@'%';
GRANT SELECT ON agora.like_checkpoints TO 'agora_web'@'%';
GRANT SELECT ON agora.folded_likes TO 'agora_web'@'%';
GRANT SELECT ON agora.items TO 'agora_web'@'%';
GRANT SELECT ON agora.item_pictures TO 'agora_web'@'%';
GRANT SELECT ON agora.settings TO 'agora_web'@'%';
-- Old addresses.
GRANT SELECT (id, program) ON agora.imports TO 'agora_web'@'%';
GRANT SELECT ON agora.imported TO 'agora_web'@'%';
GRANT SELECT ON agora.imported_paths TO 'agora_web'@'%';
GRANT SELECT ON agora.logos TO 'agora_web'@'%';
GRANT SELECT ON agora.orders TO 'agora_web'@'%';
GRANT SELECT ON agora.order_lines TO 'agora_web'@'%';
GRANT SELECT ON agora.order_windows TO 'agora_web'@'%';
GRANT SELECT ON agora.pickups TO 'agora_web'@'%';
GRANT SELECT ON agora.window_orders TO 'agora_web'@'%';
-- Whom the market tells what.
GRANT SELECT (item_id, user_id) ON agora.stock_waits TO 'agora_web'@'%';
GRANT SELECT ON agora.market_follows TO 'agora_web'@'%';
GRANT SELECT ON agora.payment_notes TO 'agora_web'@'%';
GRANT SELECT ON agora.invoices TO 'agora_web'@'%';
GRANT SELECT, INSERT ON agora.removed_posts TO 'agora_web'@'%';
GRANT SELECT ON agora.merged_posts TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE (refused_at, rule, reason), DELETE ON agora.held_texts TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.offers TO 'agora_web'@'%';
GRANT SELECT, INSERT, DELETE ON agora.offer_pictures TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.offer_interests TO 'agora_web'@'%';
GRANT SELECT, INSERT ON agora.held_offers TO 'agora_web'@'%';
GRANT SELECT ON agora.word_lists TO 'agora_web'@'%';
GRANT SELECT, INSERT (comment_id, author_id, body) ON agora.hidden_comments TO 'agora_web'@'%';
GRANT SELECT ON agora.locked_posts TO 'agora_web'@'%';
GRANT SELECT ON agora.sanctions TO 'agora_web'@'%';
GRANT SELECT (action_number, user_id, decided_at, is_granted, answer),
  INSERT (action_number, user_id, body)
  ON agora.appeals TO 'agora_web'@'%';
GRANT SELECT ON agora.rules TO 'agora_web'@'%';
GRANT SELECT (id, kind, subject_id, reporter_key, address, language, closed_at),
  INSERT (kind, subject_id, reporter_id, reporter_key, reason, body, address, language),
  UPDATE (reporter_key, address, closed_at, closed_by, action_number)
  ON agora.reports TO 'agora_web'@'%';
-- A log to which entries are only added.
GRANT SELECT, INSERT ON agora.moderation_actions TO 'agora_web'@'%';
GRANT SELECT, UPDATE (number, hash) ON agora.moderation_heads TO 'agora_web'@'%';
GRANT INSERT (kind, user_id, address, recipient_key, language, content, is_bulk)
  ON agora.outbox TO 'agora_web'@'%';
GRANT INSERT ON agora.moderation_log TO 'agora_web'@'%';
GRANT INSERT ON agora.admin_notes TO 'agora_web'@'%';
GRANT SELECT, DELETE,
  INSERT (user_id, cause, kind, post_id, comment_id, by_id),
  UPDATE (read_at)
  ON agora.notices TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.post_follows TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.category_follows TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.tag_follows TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.member_follows TO 'agora_web'@'%';
GRANT SELECT, INSERT, DELETE ON agora.follow_refusals TO 'agora_web'@'%';
GRANT SELECT, INSERT (post_id, comment_id), UPDATE (spread_at), DELETE ON agora.fan_outs TO 'agora_web'@'%';
GRANT SELECT ON agora.announcements TO 'agora_web'@'%';
GRANT SELECT, UPDATE (confirmed_at), DELETE ON agora.confirmations TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.notice_mails TO 'agora_web'@'%';
GRANT SELECT (id, public_key) ON agora.push_keys TO 'agora_web'@'%';
GRANT SELECT (session_key, user_id, endpoint_key), INSERT, DELETE
  ON agora.push_subscriptions TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.visits TO 'agora_web'@'%';
GRANT INSERT ON agora.active_days TO 'agora_web'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.thread_reads TO 'agora_web'@'%';
-- Whether a member has one that is confirmed.
GRANT SELECT (user_id, address_key) ON agora.addresses TO 'agora_web'@'%';
-- To hold a row.
GRANT SELECT, UPDATE ON agora.name_locks TO 'agora_web'@'%';
GRANT SELECT (id, changed_at), INSERT (kind, subject_id), DELETE ON agora.search_changes TO 'agora_web'@'%';

GRANT SELECT, INSERT, UPDATE, DELETE ON agora.users TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.sessions TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.second_factors TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, DELETE ON agora.recovery_codes TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, DELETE ON agora.half_sign_ins TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, UPDATE (counter, used_at), DELETE ON agora.passkeys TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, DELETE ON agora.passkey_challenges TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, UPDATE (made_admin), DELETE ON agora.single_sign_ons TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, DELETE ON agora.half_sign_ons TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, DELETE ON agora.account_events TO 'agora_accounts'@'%';
GRANT SELECT (user_id, category_id, made_by, by_group), INSERT (user_id, category_id, by_group),
  UPDATE (made_by), DELETE
  ON agora.moderators TO 'agora_accounts'@'%';
GRANT SELECT (id, name, claim) ON agora.member_groups TO 'agora_accounts'@'%';
GRANT SELECT, INSERT (user_id, group_id, by_claim), DELETE ON agora.group_members TO 'agora_accounts'@'%';
GRANT SELECT ON agora.doors TO 'agora_accounts'@'%';
GRANT SELECT ON agora.door_groups TO 'agora_accounts'@'%';
GRANT SELECT ON agora.sanctions TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, UPDATE (token_key, used_at), DELETE ON agora.tokens TO 'agora_accounts'@'%';
GRANT SELECT (user_id), DELETE ON agora.feed_keys TO 'agora_accounts'@'%';
-- The token of a link that confirms one is the courier's to make.
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.addresses TO 'agora_accounts'@'%';
GRANT SELECT (id, user_id, kind, recipient_key, state, state_at, created_at),
  INSERT (kind, user_id, address, recipient_key, language, content, is_bulk),
  UPDATE (user_id, address, content, state, state_at)
  ON agora.outbox TO 'agora_accounts'@'%';
GRANT SELECT ON agora.settings TO 'agora_accounts'@'%';
-- Whoever joins uses one up; admins make them.
GRANT SELECT, UPDATE (used) ON agora.invites TO 'agora_accounts'@'%';
GRANT SELECT, INSERT ON agora.invited_members TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, DELETE ON agora.applications TO 'agora_accounts'@'%';
-- They are made by admins and by the stack's own command.
GRANT SELECT, DELETE ON agora.password_links TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, UPDATE (answer), DELETE ON agora.kept_answers TO 'agora_accounts'@'%';
-- Who leaves may take their posts and comments along.
GRANT SELECT, UPDATE (posts, acts) ON agora.categories TO 'agora_accounts'@'%';
GRANT SELECT, UPDATE (author_id, body, removed_at), DELETE ON agora.comments TO 'agora_accounts'@'%';
GRANT SELECT, UPDATE (author_id, comments), DELETE ON agora.posts TO 'agora_accounts'@'%';
GRANT SELECT (hash, large), DELETE ON agora.images TO 'agora_accounts'@'%';
-- Of who leaves, nobody can have them any more.
GRANT SELECT (post_id, kind, price, place, state, reserved_for), UPDATE (state, reserved_for)
  ON agora.offers TO 'agora_accounts'@'%';
GRANT SELECT (post_id, place, image_hash) ON agora.offer_pictures TO 'agora_accounts'@'%';
GRANT SELECT, DELETE ON agora.offer_interests TO 'agora_accounts'@'%';
GRANT SELECT ON agora.stock_waits TO 'agora_accounts'@'%';
GRANT SELECT ON agora.market_follows TO 'agora_accounts'@'%';
GRANT SELECT (image_hash) ON agora.item_pictures TO 'agora_accounts'@'%';
GRANT SELECT ON agora.acts TO 'agora_accounts'@'%';
-- What refers to an account that is removed.
GRANT SELECT, DELETE ON agora.avatars TO 'agora_accounts'@'%';
GRANT SELECT, DELETE ON agora.likes TO 'agora_accounts'@'%';
GRANT SELECT (id, user_id, state, created_at, closed_at, paid_at), UPDATE (user_id)
  ON agora.orders TO 'agora_accounts'@'%';
GRANT SELECT (post_id, author_id, removed_by, reason, removed_at), UPDATE (author_id, removed_by)
  ON agora.removed_posts TO 'agora_accounts'@'%';
GRANT SELECT, UPDATE (author_id), DELETE ON agora.hidden_comments TO 'agora_accounts'@'%';
GRANT SELECT (done_by), INSERT, UPDATE (done_by) ON agora.moderation_log TO 'agora_accounts'@'%';
GRANT SELECT (done_by), INSERT, UPDATE (done_by) ON agora.admin_notes TO 'agora_accounts'@'%';
GRANT SELECT, DELETE ON agora.post_follows TO 'agora_accounts'@'%';
GRANT SELECT, DELETE ON agora.category_follows TO 'agora_accounts'@'%';
GRANT SELECT, DELETE ON agora.tag_follows TO 'agora_accounts'@'%';
GRANT SELECT (noted_by), UPDATE (noted_by) ON agora.payment_notes TO 'agora_accounts'@'%';
GRANT SELECT ON agora.invoices TO 'agora_accounts'@'%';
-- Whom a member has muted, too.
GRANT SELECT (subject_id, user_id, level), DELETE ON agora.member_follows TO 'agora_accounts'@'%';
-- How many a member has not read.
GRANT SELECT (user_id, post_id, comment_id, read_at), DELETE ON agora.notices TO 'agora_accounts'@'%';
GRANT SELECT, DELETE ON agora.confirmations TO 'agora_accounts'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.visits TO 'agora_accounts'@'%';
GRANT INSERT ON agora.active_days TO 'agora_accounts'@'%';
GRANT SELECT, DELETE ON agora.thread_reads TO 'agora_accounts'@'%';
GRANT SELECT, UPDATE ON agora.name_locks TO 'agora_accounts'@'%';
-- What else the board keeps of members, which they may download.
GRANT SELECT (order_id, line, name, quantity, price) ON agora.order_lines TO 'agora_accounts'@'%';
GRANT SELECT (order_id, pickup_id) ON agora.window_orders TO 'agora_accounts'@'%';
GRANT SELECT (id, place, starts_at, ends_at) ON agora.pickups TO 'agora_accounts'@'%';
GRANT SELECT (id, author_id, category_id, post_id, title, body, created_at, refused_at, reason)
  ON agora.held_texts TO 'agora_accounts'@'%';
GRANT SELECT (id, kind, subject_id, reporter_id, reason, body, created_at, closed_at)
  ON agora.reports TO 'agora_accounts'@'%';
GRANT SELECT (action_number, user_id, body, created_at, decided_at, is_granted, answer)
  ON agora.appeals TO 'agora_accounts'@'%';
GRANT SELECT (user_id, pace, time_zone) ON agora.notice_mails TO 'agora_accounts'@'%';
GRANT SELECT (user_id) ON agora.follow_refusals TO 'agora_accounts'@'%';
GRANT INSERT (kind, subject_id) ON agora.search_changes TO 'agora_accounts'@'%';

GRANT SELECT (id, name, name_key, name_start, role, created_at, disabled_at, removed_at, posts_removed),
  UPDATE (role, disabled_at) ON agora.users TO 'agora_admin'@'%';
GRANT SELECT, UPDATE (used_at), DELETE ON agora.sessions TO 'agora_admin'@'%';
GRANT SELECT (user_id) ON agora.second_factors TO 'agora_admin'@'%';
GRANT SELECT, INSERT (user_id, category_id, made_by), UPDATE (by_group, made_by), DELETE
  ON agora.moderators TO 'agora_admin'@'%';
GRANT SELECT, INSERT (name, name_key, claim), UPDATE (name, name_key, claim), DELETE
  ON agora.member_groups TO 'agora_admin'@'%';
GRANT SELECT, INSERT (user_id, group_id, by_claim), DELETE ON agora.group_members TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.doors TO 'agora_admin'@'%';
GRANT SELECT, INSERT, DELETE ON agora.door_groups TO 'agora_admin'@'%';
GRANT SELECT (user_id), UPDATE (made_admin) ON agora.single_sign_ons TO 'agora_admin'@'%';
GRANT SELECT (user_id), DELETE ON agora.half_sign_ins TO 'agora_admin'@'%';
GRANT INSERT (user_id, what, detail) ON agora.account_events TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.categories TO 'agora_admin'@'%';
GRANT SELECT, UPDATE (category_id) ON agora.acts TO 'agora_admin'@'%';
GRANT SELECT (post_id, category_id), UPDATE (category_id) ON agora.post_ranks TO 'agora_admin'@'%';
GRANT SELECT, UPDATE (used_at), DELETE ON agora.tokens TO 'agora_admin'@'%';
GRANT SELECT (user_id), DELETE ON agora.feed_keys TO 'agora_admin'@'%';
GRANT SELECT, UPDATE (category_id, comments), DELETE ON agora.posts TO 'agora_admin'@'%';
GRANT SELECT, INSERT (post_id, author_id, body, created_at),
  UPDATE (author_id, body, removed_at, reason, post_id, parent_id, root_id), DELETE
  ON agora.comments TO 'agora_admin'@'%';
GRANT SELECT (post_id, user_id) ON agora.likes TO 'agora_admin'@'%';
GRANT SELECT (user_id, hash) ON agora.avatars TO 'agora_admin'@'%';
GRANT SELECT (hash, width, height), INSERT, DELETE ON agora.images TO 'agora_admin'@'%';
GRANT SELECT (post_id, kind, price, place, state) ON agora.offers TO 'agora_admin'@'%';
GRANT SELECT ON agora.held_offers TO 'agora_admin'@'%';
GRANT SELECT (image_hash) ON agora.offer_pictures TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE (answer), DELETE ON agora.kept_answers TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.items TO 'agora_admin'@'%';
GRANT SELECT, INSERT, DELETE ON agora.item_pictures TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.settings TO 'agora_admin'@'%';
GRANT SELECT, INSERT, DELETE ON agora.logos TO 'agora_admin'@'%';
GRANT SELECT, INSERT (token_hash, note, uses, made_by, ends_at), UPDATE (revoked_at), DELETE
  ON agora.invites TO 'agora_admin'@'%';
GRANT SELECT ON agora.invited_members TO 'agora_admin'@'%';
GRANT SELECT (id) ON agora.applications TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE (state, closed_at, paid_at, is_invoiced) ON agora.orders TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE (item_id, quantity), DELETE ON agora.order_lines TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.order_windows TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.pickups TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE (pickup_id) ON agora.window_orders TO 'agora_admin'@'%';
GRANT SELECT (item_id, user_id), INSERT (item_id, user_id), DELETE ON agora.stock_waits TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.market_follows TO 'agora_admin'@'%';
GRANT SELECT, INSERT (window_id, stage) ON agora.window_tellings TO 'agora_admin'@'%';
GRANT SELECT, INSERT (order_id, is_paid, reason, noted_by) ON agora.payment_notes TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.invoice_years TO 'agora_admin'@'%';
-- What was invoiced stays.
GRANT SELECT, INSERT ON agora.invoices TO 'agora_admin'@'%';
GRANT SELECT, INSERT, DELETE ON agora.removed_posts TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.merged_posts TO 'agora_admin'@'%';
GRANT SELECT, UPDATE (refused_at) ON agora.held_texts TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.word_lists TO 'agora_admin'@'%';
GRANT SELECT, INSERT (place, title, body), UPDATE (place, title, body), DELETE
  ON agora.rules TO 'agora_admin'@'%';
GRANT SELECT, INSERT, DELETE ON agora.locked_posts TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.sanctions TO 'agora_admin'@'%';
GRANT SELECT, UPDATE (decided_at, decided_by, is_granted, answer) ON agora.appeals TO 'agora_admin'@'%';
GRANT SELECT, UPDATE (reporter_key, address, closed_at, closed_by, action_number)
  ON agora.reports TO 'agora_admin'@'%';
GRANT SELECT, INSERT (kind, subject_id, author_id, body) ON agora.moderator_notes TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.moderator_looks TO 'agora_admin'@'%';
-- A log to which entries are only added.
GRANT SELECT, INSERT ON agora.moderation_actions TO 'agora_admin'@'%';
GRANT SELECT, UPDATE (number, hash) ON agora.moderation_heads TO 'agora_admin'@'%';
GRANT SELECT, INSERT (comment_id, author_id, body), DELETE ON agora.hidden_comments TO 'agora_admin'@'%';
GRANT SELECT, INSERT ON agora.moderation_log TO 'agora_admin'@'%';
GRANT SELECT, INSERT ON agora.admin_notes TO 'agora_admin'@'%';
GRANT SELECT (user_id, post_id, comment_id, order_id, read_at),
  INSERT (user_id, cause, kind, order_id), UPDATE (post_id), DELETE
  ON agora.notices TO 'agora_admin'@'%';
GRANT SELECT (comment_id), UPDATE (post_id) ON agora.fan_outs TO 'agora_admin'@'%';
-- Which pinned posts members are asked about.
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.announcements TO 'agora_admin'@'%';
GRANT SELECT (post_id, user_id), DELETE ON agora.confirmations TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.visits TO 'agora_admin'@'%';
GRANT SELECT, INSERT, DELETE ON agora.active_days TO 'agora_admin'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.daily_counts TO 'agora_admin'@'%';
GRANT SELECT, UPDATE ON agora.day_counters TO 'agora_admin'@'%';
GRANT SELECT (likes, applied_at) ON agora.like_batches TO 'agora_admin'@'%';
GRANT SELECT, DELETE ON agora.thread_reads TO 'agora_admin'@'%';
GRANT SELECT (subject_id, user_id, level) ON agora.member_follows TO 'agora_admin'@'%';
-- Whether very many follow a category that is removed.
GRANT SELECT (subject_id, user_id) ON agora.category_follows TO 'agora_admin'@'%';
GRANT SELECT, UPDATE ON agora.name_locks TO 'agora_admin'@'%';
GRANT INSERT (kind, subject_id) ON agora.search_changes TO 'agora_admin'@'%';
GRANT SELECT (user_id), INSERT (user_id, token_hash, expires_at), DELETE
  ON agora.password_links TO 'agora_admin'@'%';
-- A shut account has no address that waits to be confirmed.
GRANT SELECT (user_id), UPDATE (pending, token_hash, token_expires_at)
  ON agora.addresses TO 'agora_admin'@'%';
-- Who a mail goes to, and what it says, only the courier reads.
GRANT SELECT (id, kind, user_id, state, state_at, tries, answer, created_at),
  INSERT (kind, user_id, address, recipient_key, language, content, is_bulk),
  UPDATE (state, state_at, tried_since)
  ON agora.outbox TO 'agora_admin'@'%';

GRANT SELECT (id, category_id, author_id, likes), UPDATE (likes) ON agora.posts TO 'agora_batcher'@'%';
GRANT SELECT (id, removed_at) ON agora.categories TO 'agora_batcher'@'%';
GRANT SELECT (id, posts_removed) ON agora.users TO 'agora_batcher'@'%';
GRANT SELECT, INSERT, DELETE ON agora.likes TO 'agora_batcher'@'%';
-- Old batches are folded into a checkpoint and deleted, by one transaction.
GRANT SELECT, INSERT, DELETE ON agora.like_batches TO 'agora_batcher'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.like_checkpoints TO 'agora_batcher'@'%';
GRANT SELECT, INSERT, UPDATE ON agora.folded_likes TO 'agora_batcher'@'%';
-- Its journal, where that is in MySQL.
GRANT SELECT, INSERT, UPDATE ON agora.like_journals TO 'agora_batcher'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.waiting_likes TO 'agora_batcher'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.waiting_choices TO 'agora_batcher'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.waiting_batches TO 'agora_batcher'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON agora.like_senders TO 'agora_batcher'@'%';
GRANT SELECT, INSERT, DELETE ON agora.like_keys TO 'agora_batcher'@'%';

-- It speaks to strangers, so it reads no more of members than whose mail it carries, and writes no more than
-- what became of it.
GRANT SELECT, DELETE,
  INSERT (kind, user_id, address, recipient_key, language, content, is_bulk),
  UPDATE (address, content, state, state_at, tries, taken_by, answer)
  ON agora.outbox TO 'agora_courier'@'%';
GRANT SELECT (id, name, name_start, role, disabled_at, removed_at, posts_removed, language)
  ON agora.users TO 'agora_courier'@'%';
-- Who may read what they would be told of.
GRANT SELECT (user_id, category_id) ON agora.moderators TO 'agora_courier'@'%';
GRANT SELECT (user_id, group_id) ON agora.group_members TO 'agora_courier'@'%';
GRANT SELECT ON agora.doors TO 'agora_courier'@'%';
GRANT SELECT ON agora.door_groups TO 'agora_courier'@'%';
GRANT SELECT, UPDATE (token_hash, token_expires_at, refused_at) ON agora.addresses TO 'agora_courier'@'%';
-- Links by which those who forgot their password set a new one.
GRANT INSERT (user_id, token_hash, expires_at), DELETE ON agora.password_links TO 'agora_courier'@'%';
-- It tells followers of a new text, of which it reads whose it is and where it stands, and no word but the
-- titles of posts, for mails.
GRANT SELECT (id, post_id, comment_id, after_user, spread_at), INSERT (post_id, spread_at),
  UPDATE (after_user, spread_at)
  ON agora.fan_outs TO 'agora_courier'@'%';
-- It asks members to confirm that they read a post.
GRANT SELECT, UPDATE (after_user, asked_at) ON agora.announcements TO 'agora_courier'@'%';
GRANT SELECT, INSERT (post_id, user_id) ON agora.confirmations TO 'agora_courier'@'%';
GRANT SELECT (id, category_id, author_id, title) ON agora.posts TO 'agora_courier'@'%';
GRANT SELECT (tag_id, post_id) ON agora.post_tags TO 'agora_courier'@'%';
GRANT SELECT (id, author_id, removed_at) ON agora.comments TO 'agora_courier'@'%';
GRANT SELECT ON agora.post_follows TO 'agora_courier'@'%';
GRANT SELECT ON agora.category_follows TO 'agora_courier'@'%';
GRANT SELECT ON agora.tag_follows TO 'agora_courier'@'%';
GRANT SELECT ON agora.member_follows TO 'agora_courier'@'%';
GRANT SELECT (id, user_id, kind, post_id, comment_id, order_id, by_id, item_id, window_id, created_at,
  read_at),
  INSERT (user_id, cause, kind, post_id, comment_id, item_id, window_id)
  ON agora.notices TO 'agora_courier'@'%';
-- It tells of the market: what is low, what is in stock again, windows.
GRANT SELECT (id, name, quantity, low_at, is_low), UPDATE (is_low) ON agora.items TO 'agora_courier'@'%';
GRANT SELECT, DELETE ON agora.stock_waits TO 'agora_courier'@'%';
GRANT SELECT ON agora.market_follows TO 'agora_courier'@'%';
GRANT SELECT, INSERT (window_id, stage), UPDATE (after_user, told_at)
  ON agora.window_tellings TO 'agora_courier'@'%';
-- Members get that by mail, without what is hidden.
GRANT SELECT, UPDATE (due_at, mailed_up_to) ON agora.notice_mails TO 'agora_courier'@'%';
GRANT SELECT (id, removed_at) ON agora.categories TO 'agora_courier'@'%';
-- And by web push.
GRANT SELECT, INSERT, UPDATE (looked_up_to) ON agora.push_keys TO 'agora_courier'@'%';
GRANT SELECT, DELETE ON agora.push_subscriptions TO 'agora_courier'@'%';
GRANT SELECT, INSERT (session_key, notice_id), UPDATE (tries, due_at), DELETE
  ON agora.pushes TO 'agora_courier'@'%';
GRANT SELECT (post_id) ON agora.removed_posts TO 'agora_courier'@'%';
GRANT SELECT (id, user_id, state) ON agora.orders TO 'agora_courier'@'%';
-- For the list that a supplier is sent.
GRANT SELECT ON agora.order_windows TO 'agora_courier'@'%';
GRANT SELECT (order_id, window_id) ON agora.window_orders TO 'agora_courier'@'%';
GRANT SELECT (order_id, name, quantity) ON agora.order_lines TO 'agora_courier'@'%';

-- It reads what it indexes and writes nothing.
GRANT SELECT (id, category_id, author_id, title, body, created_at) ON agora.posts TO 'agora_search'@'%';
GRANT SELECT (id, post_id, author_id, body, created_at, removed_at) ON agora.comments TO 'agora_search'@'%';
-- Whether it is hidden.
GRANT SELECT (post_id) ON agora.removed_posts TO 'agora_search'@'%';
-- Whether a post is an act, whose text is no Markdown.
GRANT SELECT (post_id) ON agora.acts TO 'agora_search'@'%';
GRANT SELECT (id, kind, subject_id) ON agora.search_changes TO 'agora_search'@'%';

-- In a group of MySQL, which server takes changes and which is behind. Elsewhere there is nothing to see.
SET @group_view = IF(
  (SELECT COUNT(*) FROM information_schema.plugins WHERE plugin_name = 'group_replication') > 0,
  "GRANT SELECT ON performance_schema.replication_group_members TO 'agora_web'@'%',
     'agora_accounts'@'%', 'agora_admin'@'%', 'agora_batcher'@'%', 'agora_courier'@'%', 'agora_search'@'%'",
  'DO 0'
);
PREPARE group_view FROM @group_view;
EXECUTE group_view;
SET @group_view = REPLACE(@group_view, 'group_members', 'group_member_stats');
PREPARE group_view FROM @group_view;
EXECUTE group_view;
DEALLOCATE PREPARE group_view;
