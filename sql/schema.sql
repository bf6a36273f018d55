-- Agora's tables, for MySQL 8.4 and up and MariaDB 10.11 and up.
--
-- Names that people choose may have any length and any letters, and two names are the same only when they are
-- the same letter by letter. Collations disagree about that (trailing spaces, normal forms) and an index
-- cannot hold a long text, so each such name has a `..._key` beside it, its SHA-256, and the key is what is
-- unique. Times are UTC.

-- Written by: accounts (all), admin (role, disabled_at), web (language).
CREATE TABLE users (
  id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name          MEDIUMTEXT NOT NULL,
  name_key      BINARY(32) NOT NULL,
  -- NULL: made without a password, cannot sign in until given one.
  password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
  role          VARCHAR(6) NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'admin')),
  created_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  disabled_at   DATETIME(3) NULL,
  -- Not NULL: the account is gone for everyone, its name is free and it is shut; what refers to it is swept
  -- in pieces, its row last. `posts_removed`: its posts and comments are gone too.
  removed_at    DATETIME(3) NULL,
  posts_removed BOOLEAN NOT NULL DEFAULT FALSE,
  -- The one that its owner chose, for pages wherever they sign in, and for mails. NULL: none yet.
  language      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL,
  -- Search looks here for names that begin with what was typed, whatever its case and accents.
  name_start    VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci
                GENERATED ALWAYS AS (LEFT(name, 40)) STORED,
  -- SHA-256 of what the name looks like, NULL until somebody asks. Names that may look like others, from
  -- /api/v1 or stored without a look, have their name_key as look_twin; those that are chosen on the board
  -- have none, so look like no other.
  look_key      BINARY(32) NULL,
  look_twin     VARBINARY(32) NOT NULL DEFAULT '',
  UNIQUE KEY users_by_name (name_key),
  -- Who counts admins locks all of them and nobody else.
  KEY users_by_role (role, id),
  KEY users_by_start (name_start, id),
  UNIQUE KEY users_by_look (look_key, look_twin),
  KEY users_by_removal (removed_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin (all), accounts (made_by, those of groups, removing). Members who keep order in a
-- category; 0 is the whole board. Rows of a category that is gone are of nothing: no other has its id.
CREATE TABLE moderators (
  user_id     BIGINT UNSIGNED NOT NULL,
  category_id BIGINT UNSIGNED NOT NULL,
  made_by     BIGINT UNSIGNED NULL,
  -- They are one by a group at the single sign-on, and no longer when they leave it.
  by_group    TINYINT(1) NOT NULL DEFAULT 0,
  made_at     DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (user_id, category_id),
  KEY moderators_by_maker (made_by),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY (made_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. Groups of members, 100 at most. Who has `claim` among their groups at the single sign-on
-- is in it; '' is none.
CREATE TABLE member_groups (
  id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name     VARCHAR(60) NOT NULL,
  name_key BINARY(32) NOT NULL,
  claim    VARCHAR(200) NOT NULL DEFAULT '',
  made_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY member_groups_by_name (name_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin (by hand), accounts (`by_claim`, at a single sign-on). Who is in which: who is so by both
-- has two rows, of which either ends alone.
CREATE TABLE group_members (
  user_id  BIGINT UNSIGNED NOT NULL,
  group_id BIGINT UNSIGNED NOT NULL,
  by_claim TINYINT(1) NOT NULL DEFAULT 0,
  since    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (user_id, group_id, by_claim),
  KEY group_members_by_group (group_id, user_id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY (group_id) REFERENCES member_groups (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts (all), admin (removing), web and admin (used_at, every few minutes at most). A session
-- is known by the SHA-256 of the token in the visitor's cookie; `agent` is what the browser called itself
-- when it signed in.
CREATE TABLE sessions (
  token_key    BINARY(32) NOT NULL PRIMARY KEY,
  user_id      BIGINT UNSIGNED NOT NULL,
  agent        VARCHAR(255) NOT NULL DEFAULT '',
  created_at   DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  used_at      DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  expires_at   DATETIME(3) NOT NULL,
  -- When a code of the second factor was given last.
  code_at      DATETIME(3) NULL,
  -- When its member last proved anew, at the service that they sign in by, that it is they.
  signed_on_at DATETIME(3) NULL,
  KEY sessions_by_user (user_id, used_at),
  KEY sessions_by_expiry (expires_at),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts (all), admin (removing), web and admin (used_at, every few minutes at most). What
-- programs sign in with, known by the SHA-256 of its secret, which only its owner has.
CREATE TABLE tokens (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  token_key  BINARY(32) NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  name       VARCHAR(60) NOT NULL,
  -- What it may be used for, with spaces between. NULL: it was made before there were scopes, for everything.
  scopes     VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  -- NULL: never used.
  used_at    DATETIME(3) NULL,
  -- NULL: it has no end, as those that were made before there was one.
  expires_at DATETIME(3) NULL,
  UNIQUE KEY tokens_by_key (token_key),
  KEY tokens_by_user (user_id, id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web. The secret address by which a member's feed reader reads what they may, known by the
-- SHA-256 of what it holds. A new one takes the place of the one before.
CREATE TABLE feed_keys (
  user_id    BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  token_hash BINARY(32) NOT NULL,
  made_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY feed_keys_by_token (token_hash),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts. A member with a row here signs in with a code of their app, too: the secret that both
-- have, in base 32.
CREATE TABLE second_factors (
  user_id       BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  secret        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The 30 seconds, counted from 1970, of the last code that was taken: none of them is taken twice.
  last_step     BIGINT UNSIGNED NOT NULL,
  -- Wrong codes, and since when they are counted.
  guesses       INT UNSIGNED NOT NULL DEFAULT 0,
  guesses_since DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  created_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts. What a member without their app signs in with, once each, known by its SHA-256.
CREATE TABLE recovery_codes (
  user_id  BIGINT UNSIGNED NOT NULL,
  code_key BINARY(32) NOT NULL,
  PRIMARY KEY (user_id, code_key),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts (all), admin (removing). Whoever gave the right password and is asked for a code,
-- known by the SHA-256 of what the form with the code holds.
CREATE TABLE half_sign_ins (
  token_key  BINARY(32) NOT NULL PRIMARY KEY,
  user_id    BIGINT UNSIGNED NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  KEY half_sign_ins_by_user (user_id),
  KEY half_sign_ins_by_expiry (expires_at),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts. Keys of devices that members sign in with, known by the SHA-256 of what the device
-- calls them. `counter` is what the device counted when it was used last; many do not count.
CREATE TABLE passkeys (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id        BIGINT UNSIGNED NOT NULL,
  name           VARCHAR(60) NOT NULL,
  credential_key BINARY(32) NOT NULL,
  credential_id  VARBINARY(1023) NOT NULL,
  -- As COSE has it, RFC 9052.
  public_key     VARBINARY(4000) NOT NULL,
  counter        BIGINT UNSIGNED NOT NULL,
  created_at     DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  -- NULL: never used.
  used_at        DATETIME(3) NULL,
  UNIQUE KEY passkeys_by_credential (credential_key),
  KEY passkeys_by_user (user_id, id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts. What a device is asked to sign, once, known by its SHA-256.
CREATE TABLE passkey_challenges (
  challenge_key BINARY(32) NOT NULL PRIMARY KEY,
  -- Who adds a passkey. NULL: somebody signs in.
  user_id       BIGINT UNSIGNED NULL,
  expires_at    DATETIME(3) NOT NULL,
  KEY passkey_challenges_by_user (user_id),
  KEY passkey_challenges_by_expiry (expires_at),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts, admin (made_admin). Who a member is at the service that they may sign in by: the
-- SHA-256 of its issuer and of what it calls them.
CREATE TABLE single_sign_ons (
  user_id      BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  identity_key BINARY(32) NOT NULL,
  -- They are an admin by a group there, and no longer when they leave it.
  made_admin   TINYINT(1) NOT NULL DEFAULT 0,
  created_at   DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY single_sign_ons_by_identity (identity_key),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts. Who has signed in there and has no account here yet; known by the SHA-256 of what the
-- form holds in which they choose one.
CREATE TABLE half_sign_ons (
  token_key    BINARY(32) NOT NULL PRIMARY KEY,
  identity_key BINARY(32) NOT NULL,
  -- A first guess at a name.
  known_as     VARCHAR(255) NOT NULL,
  is_admin     TINYINT(1) NOT NULL,
  is_moderator TINYINT(1) NOT NULL DEFAULT 0,
  -- The groups here that they are in by a group there, by their ids, with commas between.
  claims       VARCHAR(4000) NOT NULL DEFAULT '',
  expires_at   DATETIME(3) NOT NULL,
  KEY half_sign_ons_by_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts (all), admin (adding), in the transaction of what it tells of: what happened to an
-- account, for its owner. `detail` is the browser that signed in, or the name of a passkey or token.
CREATE TABLE account_events (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id     BIGINT UNSIGNED NOT NULL,
  what        VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  detail      VARCHAR(255) NOT NULL DEFAULT '',
  happened_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY account_events_by_user (user_id, id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: `./agora password` (all), admin (all), accounts (removing). By a link whoever has it sets a new
-- password, once; it is known by the SHA-256 of its token. One a member: a new one takes the place of the one
-- before.
CREATE TABLE password_links (
  user_id    BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  token_hash BINARY(32) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  UNIQUE KEY password_links_by_token (token_hash),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web, accounts, admin, in the transaction of the write it belongs to: what a request with an
-- Idempotency-Key was answered, for a day. `request_key` is the SHA-256 of who asked, the route and the key,
-- `asked_key` of what was asked.
CREATE TABLE kept_answers (
  request_key BINARY(32) NOT NULL PRIMARY KEY,
  asked_key   BINARY(32) NOT NULL,
  answer      MEDIUMTEXT NULL,
  created_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY kept_answers_by_time (created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web, admin. `posts` and `acts` count; whoever adds or removes a post changes them in the same
-- transaction, because counting a million rows for a menu is too slow.
CREATE TABLE categories (
  id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name     MEDIUMTEXT NOT NULL,
  name_key BINARY(32) NOT NULL,
  posts    INT UNSIGNED NOT NULL DEFAULT 0,
  -- How many of them came through /api/v1.
  acts     INT UNSIGNED NOT NULL DEFAULT 0,
  -- Not NULL: it and all its posts are removed, for everyone; what is left of them is swept in pieces, its
  -- row last. A post with many comments is moved into one of its own to be removed.
  removed_at DATETIME(3) NULL,
  -- As those of users: names from /api/v1, and those stored without a look, may look like others.
  look_key  BINARY(32) NULL,
  look_twin VARBINARY(32) NOT NULL DEFAULT '',
  description VARCHAR(300) NOT NULL DEFAULT '',
  -- In menus, from 1 on without holes; those that no admin placed come after, the oldest first.
  place INT UNSIGNED NOT NULL DEFAULT 1000000,
  -- Of the colours in public/board.css; NULL: one by its id.
  hue TINYINT UNSIGNED NULL,
  UNIQUE KEY categories_by_name (name_key),
  KEY categories_by_removal (removed_at),
  UNIQUE KEY categories_by_look (look_key, look_twin),
  KEY categories_by_place (place, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. Categories that not everybody reads, or not every member writes in; those without a row
-- are open. Moderators of a category and admins do both everywhere.
CREATE TABLE doors (
  category_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  read_by     VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
              CHECK (read_by IN ('everyone', 'members', 'groups')),
  write_by    VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
              CHECK (write_by IN ('members', 'groups', 'moderators')),
  FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. The groups that read there, where groups do, and those of them that also write.
CREATE TABLE door_groups (
  category_id BIGINT UNSIGNED NOT NULL,
  group_id    BIGINT UNSIGNED NOT NULL,
  may_write   TINYINT(1) NOT NULL,
  PRIMARY KEY (category_id, group_id),
  KEY door_groups_by_group (group_id),
  FOREIGN KEY (category_id) REFERENCES doors (category_id) ON DELETE CASCADE,
  FOREIGN KEY (group_id) REFERENCES member_groups (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web, admin (of items); swept by whoever removes posts or items. Known by the SHA-256 of its
-- large form, so the same picture is kept once. Both forms are WebP that we made; width and height are those
-- of the large one.
CREATE TABLE images (
  hash       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  width      INT UNSIGNED NOT NULL CHECK (width > 0),
  height     INT UNSIGNED NOT NULL CHECK (height > 0),
  small      MEDIUMBLOB NOT NULL,
  large      MEDIUMBLOB NOT NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web (everything but likes), batcher (likes and nothing else), accounts and admin (comments,
-- when they remove some), accounts (author_id). `comments` counts those that are not removed; whoever adds or
-- removes one changes it first, in the same transaction, which also makes everyone else who does so wait.
CREATE TABLE posts (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  category_id BIGINT UNSIGNED NOT NULL,
  -- NULL: the author's account is gone, the post stays.
  author_id   BIGINT UNSIGNED NULL,
  -- The collation of an index of words that stood here; a search reads one of its own now (search/).
  title       VARCHAR(200) COLLATE utf8mb4_unicode_ci NOT NULL,
  body        MEDIUMTEXT COLLATE utf8mb4_unicode_ci NOT NULL,
  image_hash  CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  image_alt   VARCHAR(300) NOT NULL DEFAULT '',
  likes       BIGINT UNSIGNED NOT NULL DEFAULT 0,
  comments    INT UNSIGNED NOT NULL DEFAULT 0,
  created_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  edited_at   DATETIME(3) NULL,
  KEY posts_by_category (category_id, id),
  KEY posts_by_author (author_id, id),
  KEY posts_by_image (image_hash),
  FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE CASCADE,
  FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE SET NULL,
  FOREIGN KEY (image_hash) REFERENCES images (hash)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web, accounts (removing). A member's small square picture, WebP that we made, known by its
-- SHA-256.
CREATE TABLE avatars (
  user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  hash    CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  picture MEDIUMBLOB NOT NULL,
  KEY avatars_by_hash (hash),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web (all), admin and accounts (removing). `root_id` is the comment on the post itself that a
-- reply goes back to, however deep: a thread is its root and all rows that name it, and the first n of them
-- by id are always a whole tree. Parents are not foreign keys, because a post takes its comments along in one
-- go; that a parent is there is checked while `posts.comments` is held. A removed comment stays, without its
-- text, as long as it has replies, or because an admin gave a reason.
CREATE TABLE comments (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  post_id    BIGINT UNSIGNED NOT NULL,
  root_id    BIGINT UNSIGNED NULL,
  parent_id  BIGINT UNSIGNED NULL,
  -- NULL: the author's account is gone, or the comment is removed.
  author_id  BIGINT UNSIGNED NULL,
  body       MEDIUMTEXT COLLATE utf8mb4_unicode_ci NOT NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  edited_at  DATETIME(3) NULL,
  removed_at DATETIME(3) NULL,
  reason     VARCHAR(500) NULL,
  KEY comments_by_thread (post_id, root_id, id),
  KEY comments_by_post (post_id, id, author_id, removed_at),
  KEY comments_by_root (root_id, id),
  KEY comments_by_parent (parent_id),
  KEY comments_by_author (author_id, post_id),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web (adding), admin (all), accounts (author_id, removing). The text and the author of a comment
-- that an admin took off the board: the comment itself is as one that its author removed, but for the reason.
-- They go back into it when it is brought back.
CREATE TABLE hidden_comments (
  comment_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  -- NULL: the author's account is gone, the comment stays.
  author_id  BIGINT UNSIGNED NULL,
  body       MEDIUMTEXT COLLATE utf8mb4_unicode_ci NOT NULL,
  hidden_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY hidden_comments_by_author (author_id),
  KEY hidden_comments_by_time (hidden_at),
  FOREIGN KEY (comment_id) REFERENCES comments (id) ON DELETE CASCADE,
  FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web. The orders of sort=top and sort=hot. They stand apart from `posts` because with them each
-- flush of likes would change four indexes, which makes it three to four times as slow; here they follow
-- within half a minute. `hot`: ten times the likes are worth 12.5 hours of age, in units of 450 seconds.
CREATE TABLE post_ranks (
  post_id     BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  category_id BIGINT UNSIGNED NOT NULL,
  likes       BIGINT UNSIGNED NOT NULL,
  hot         INT UNSIGNED NOT NULL,
  KEY post_ranks_by_likes (likes, post_id),
  KEY post_ranks_by_likes_in_category (category_id, likes, post_id),
  KEY post_ranks_by_hot (hot, post_id),
  KEY post_ranks_by_hot_in_category (category_id, hot, post_id),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web. Hashtags, folded to one case. They stay when no post has them any more.
CREATE TABLE tags (
  id   BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(160) NOT NULL,
  UNIQUE KEY tags_by_name (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web. Which posts have a tag in their text, with what `post_ranks` says of them: so a tag's
-- posts are read in each order from an index alone.
CREATE TABLE post_tags (
  tag_id  BIGINT UNSIGNED NOT NULL,
  post_id BIGINT UNSIGNED NOT NULL,
  likes   BIGINT UNSIGNED NOT NULL,
  hot     INT UNSIGNED NOT NULL,
  PRIMARY KEY (tag_id, post_id),
  KEY post_tags_by_post (post_id),
  KEY post_tags_by_likes (tag_id, likes, post_id),
  KEY post_tags_by_hot (tag_id, hot, post_id),
  FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE,
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web. One row: who holds it is ranking.
CREATE TABLE ranking (
  id           TINYINT UNSIGNED NOT NULL PRIMARY KEY CHECK (id = 1),
  -- Read by release 0.1.0 alone.
  ranked_until DATETIME(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO ranking (id, ranked_until) VALUES (1, CURRENT_TIMESTAMP(3));

-- Written by: web. The last batch of each batcher that `post_ranks` has followed. It only goes forward.
CREATE TABLE ranked_batches (
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  number  BIGINT UNSIGNED NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web. What a post has besides when it came through /api/v1, to be given back exactly as it was
-- sent. Its caption is the post's body. `moment` is the timestamp as YYYYMMDDHHMMSS, `bytes` about what a
-- listing has to read.
CREATE TABLE acts (
  post_id      BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  act_id       MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  act_key      BINARY(32) NOT NULL,
  category_id  BIGINT UNSIGNED NOT NULL,
  -- Kept when the account is gone.
  username     MEDIUMTEXT NOT NULL,
  username_key BINARY(32) NOT NULL,
  timestamp    CHAR(19) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  moment       BIGINT UNSIGNED NOT NULL,
  image        MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bytes        INT UNSIGNED NOT NULL,
  UNIQUE KEY acts_by_id (act_key),
  KEY acts_by_category (category_id, moment, post_id),
  KEY acts_by_user (username_key, moment, post_id),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: batcher, and only with LIKES=once: who likes what. Its primary key is what makes a like count
-- once.
CREATE TABLE likes (
  post_id    BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (post_id, user_id),
  KEY likes_by_user (user_id, post_id),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: batcher, one row a flush, never changed again until it is folded into `like_checkpoints`. The
-- primary key says whether a batch was applied; `entries` is the JSON list [[post, added], ...] in order of
-- post; `hash` is the SHA-256, in hex, of "previous hash|batcher|number|entries", where the first batch's
-- previous hash is 64 zeros.
CREATE TABLE like_batches (
  batcher    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number     BIGINT UNSIGNED NOT NULL,
  likes      BIGINT NOT NULL,
  posts      INT UNSIGNED NOT NULL,
  entries    MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  applied_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (batcher, number),
  KEY like_batches_by_time (applied_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: batcher. All its batches up to `number` are folded: `hash` is that of the last of them, and the
-- one before of the next, `likes` is what they added in all.
CREATE TABLE like_checkpoints (
  batcher   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  number    BIGINT UNSIGNED NOT NULL,
  likes     BIGINT NOT NULL,
  hash      CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  folded_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: batcher. What its folded batches added to each post, those that are gone too.
CREATE TABLE folded_likes (
  post_id BIGINT UNSIGNED NOT NULL,
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  likes   BIGINT NOT NULL,
  PRIMARY KEY (post_id, batcher)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: batcher, with JOURNAL=mysql, as are the five tables that follow: its journal. One row a
-- batcher, which every commit to any of the six changes. `generation` rises with each process that takes the
-- journal over, so a commit of the one before finds no row; `owner` is that process, empty when it has left
-- it, and `is_read` says whether it knows what is in it; `renewals` rises with each commit. `counted`: by how
-- much all answered likes changed totals. `number` and `hash` are those of the newest batch that was formed.
-- `epoch`: of the totals in Redis.
CREATE TABLE like_journals (
  batcher    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  generation BIGINT UNSIGNED NOT NULL,
  owner      VARCHAR(255) NOT NULL,
  is_read    BOOLEAN NOT NULL,
  renewals   BIGINT UNSIGNED NOT NULL,
  answered   BIGINT UNSIGNED NOT NULL,
  version    BIGINT UNSIGNED NOT NULL,
  applied    BIGINT NOT NULL,
  batches    BIGINT UNSIGNED NOT NULL,
  counted    BIGINT NOT NULL,
  number     BIGINT UNSIGNED NOT NULL,
  hash       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  epoch      BIGINT UNSIGNED NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Likes that are in no batch yet. Rows without any are kept for ten minutes. `since`: in milliseconds, when
-- the first of them came.
CREATE TABLE waiting_likes (
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  post_id BIGINT UNSIGNED NOT NULL,
  waiting INT UNSIGNED NOT NULL,
  since   BIGINT NOT NULL,
  PRIMARY KEY (batcher, post_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- LIKES=once: what members want that is in no batch yet.
CREATE TABLE waiting_choices (
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  post_id BIGINT UNSIGNED NOT NULL,
  user_id BIGINT UNSIGNED NOT NULL,
  liked   BOOLEAN NOT NULL,
  PRIMARY KEY (batcher, post_id, user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The batch that goes to `like_batches` next. What moves it there deletes it, in the same transaction.
CREATE TABLE waiting_batches (
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number  BIGINT UNSIGNED NOT NULL,
  likes   BIGINT NOT NULL,
  entries MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  choices MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash    CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (batcher, number)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The highest number seen of each replica's likes, and those up to it that were refused, a JSON list.
CREATE TABLE like_senders (
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sender  VARBINARY(255) NOT NULL,
  high    BIGINT UNSIGNED NOT NULL,
  refused MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (batcher, sender)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Keys that came with likes, 16 bytes each (batcher/ledger/key-table.ts), those of a commit in a row.
CREATE TABLE like_keys (
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number  BIGINT UNSIGNED NOT NULL,
  period  BIGINT UNSIGNED NOT NULL,
  hour    BIGINT UNSIGNED NOT NULL,
  entries MEDIUMBLOB NOT NULL,
  PRIMARY KEY (batcher, number)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin, for admins and for the stock that members order; courier (is_low).
CREATE TABLE items (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name        VARCHAR(60) NOT NULL CHECK (CHAR_LENGTH(name) >= 1),
  quantity    INT UNSIGNED NOT NULL CHECK (quantity <= 1000000),
  -- No currency has more than four decimals.
  price       DECIMAL(11, 4) NOT NULL,
  description VARCHAR(5000) NOT NULL DEFAULT '',
  category    VARCHAR(40) NOT NULL DEFAULT '',
  unit        VARCHAR(20) NOT NULL DEFAULT '',
  -- How many pieces each member may have in open orders, those of its variants counted; NULL: any number.
  most_each   INT UNSIGNED NULL,
  -- Admins are told when so few pieces are left; NULL: never. `is_low`: they were, and it has not been
  -- stocked up since.
  low_at      INT UNSIGNED NULL,
  is_low      BOOLEAN NOT NULL DEFAULT FALSE,
  -- NULL: it is no variant of another, or of one that is no longer sold.
  variant_of  BIGINT UNSIGNED NULL,
  -- Where it is talked about.
  post_id     BIGINT UNSIGNED NULL,
  UNIQUE KEY items_by_name (name),
  KEY items_by_low (low_at, quantity, is_low),
  KEY items_by_variant_of (variant_of),
  KEY items_by_post (post_id),
  CONSTRAINT items_variant_of FOREIGN KEY (variant_of) REFERENCES items (id) ON DELETE SET NULL,
  CONSTRAINT items_post FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE SET NULL,
  CONSTRAINT items_price CHECK (price >= 0 AND price <= 1000000)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. The pictures of an item, in the order of `place`, from 1.
CREATE TABLE item_pictures (
  item_id    BIGINT UNSIGNED NOT NULL,
  place      TINYINT UNSIGNED NOT NULL,
  image_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  image_alt  VARCHAR(300) NOT NULL DEFAULT '',
  PRIMARY KEY (item_id, place),
  KEY item_pictures_by_image (image_hash),
  FOREIGN KEY (item_id) REFERENCES items (id) ON DELETE CASCADE,
  FOREIGN KEY (image_hash) REFERENCES images (hash)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin, accounts (user_id). An order takes its stock at once and keeps it until it is cancelled.
CREATE TABLE orders (
  id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  -- NULL: the buyer's account is gone, the order stays.
  user_id      BIGINT UNSIGNED NULL,
  state        VARCHAR(9) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'open'
               CHECK (state IN ('open', 'completed', 'cancelled')),
  -- SHA-256 of the request's Idempotency-Key and of what it asked for: the same request orders once.
  request_key  BINARY(32) NOT NULL,
  request_hash BINARY(32) NOT NULL,
  created_at   DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  closed_at    DATETIME(3) NULL,
  -- NULL: an admin has not noted yet that it is paid, or took that back.
  paid_at      DATETIME(3) NULL,
  -- TRUE: it has an invoice, and is only cancelled from then on, by a further one.
  is_invoiced  BOOLEAN NOT NULL DEFAULT FALSE,
  UNIQUE KEY orders_by_request (user_id, request_key),
  KEY orders_by_user (user_id, id),
  KEY orders_by_state (state, id),
  KEY orders_by_payment (state, paid_at, id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin, with the order and never changed but for `item_id`: the name and the price are those of
-- that moment.
CREATE TABLE order_lines (
  order_id BIGINT UNSIGNED NOT NULL,
  line     SMALLINT UNSIGNED NOT NULL,
  -- NULL: the item is no longer sold.
  item_id  BIGINT UNSIGNED NULL,
  name     VARCHAR(60) NOT NULL,
  quantity INT UNSIGNED NOT NULL CHECK (quantity >= 1),
  price    DECIMAL(11, 4) NOT NULL,
  PRIMARY KEY (order_id, line),
  KEY order_lines_by_item_and_name (item_id, name),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  FOREIGN KEY (item_id) REFERENCES items (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. When members order, where the board has any: no two are open at one moment. In its time
-- zone its times are typed and shown.
CREATE TABLE order_windows (
  id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name      VARCHAR(60) NOT NULL CHECK (CHAR_LENGTH(name) >= 1),
  opens_at  DATETIME(3) NOT NULL,
  closes_at DATETIME(3) NOT NULL,
  time_zone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  KEY order_windows_by_end (closes_at),
  CONSTRAINT order_windows_span CHECK (opens_at < closes_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. Where and when what was ordered in a window is handed over.
CREATE TABLE pickups (
  id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  window_id BIGINT UNSIGNED NOT NULL,
  place     VARCHAR(120) NOT NULL CHECK (CHAR_LENGTH(place) >= 1),
  starts_at DATETIME(3) NOT NULL,
  ends_at   DATETIME(3) NOT NULL,
  KEY pickups_by_window (window_id, starts_at),
  FOREIGN KEY (window_id) REFERENCES order_windows (id) ON DELETE CASCADE,
  CONSTRAINT pickups_span CHECK (starts_at < ends_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin, with the order: in which window it was placed, and where it is picked up.
CREATE TABLE window_orders (
  order_id  BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  window_id BIGINT UNSIGNED NOT NULL,
  pickup_id BIGINT UNSIGNED NOT NULL,
  KEY window_orders_by_window (window_id, order_id),
  KEY window_orders_by_pickup (pickup_id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  FOREIGN KEY (window_id) REFERENCES order_windows (id),
  FOREIGN KEY (pickup_id) REFERENCES pickups (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin, for members; courier, when it has told them. Who asked to be told when an item is in
-- stock again.
CREATE TABLE stock_waits (
  item_id  BIGINT UNSIGNED NOT NULL,
  user_id  BIGINT UNSIGNED NOT NULL,
  asked_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (item_id, user_id),
  KEY stock_waits_by_user (user_id),
  FOREIGN KEY (item_id) REFERENCES items (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin, for members. Who is told of order windows: `all`, whoever orders in one; and who wants
-- no more of it: `mute`.
CREATE TABLE market_follows (
  user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  level   VARCHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (level IN ('all', 'mute')),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: courier; admin (that it is ready). What of a window members are told of, and up to whom in the
-- order of their ids they have been.
CREATE TABLE window_tellings (
  window_id  BIGINT UNSIGNED NOT NULL,
  stage      VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
             CHECK (stage IN ('opens', 'closes', 'ready')),
  after_user BIGINT UNSIGNED NOT NULL DEFAULT 0,
  -- NULL: some are still to be told.
  told_at    DATETIME(3) NULL,
  PRIMARY KEY (window_id, stage),
  KEY window_tellings_by_state (told_at),
  FOREIGN KEY (window_id) REFERENCES order_windows (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin, accounts (noted_by). Each time that an admin noted that an order is paid, or took that
-- back and said why.
CREATE TABLE payment_notes (
  id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id BIGINT UNSIGNED NOT NULL,
  is_paid  BOOLEAN NOT NULL,
  reason   VARCHAR(200) NOT NULL DEFAULT '',
  -- NULL: the account is gone.
  noted_by BIGINT UNSIGNED NULL,
  noted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY payment_notes_by_order (order_id, id),
  KEY payment_notes_by_admin (noted_by),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  FOREIGN KEY (noted_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. The last number of an invoice in each year, taken in the transaction that makes one: a
-- transaction that fails gives its number back, and the next waits until it is known whether it did.
CREATE TABLE invoice_years (
  year SMALLINT UNSIGNED NOT NULL PRIMARY KEY,
  last INT UNSIGNED NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin, and never changed or deleted. Invoices and what cancels them, with all that stands on
-- them as JSON: they say the same whatever becomes of items, members and settings.
CREATE TABLE invoices (
  year      SMALLINT UNSIGNED NOT NULL,
  number    INT UNSIGNED NOT NULL,
  order_id  BIGINT UNSIGNED NOT NULL,
  kind      VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
            CHECK (kind IN ('invoice', 'credit')),
  issued_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  -- NULL: it cancels the invoice of its order, and says what that says.
  content   MEDIUMTEXT NULL,
  PRIMARY KEY (year, number),
  UNIQUE KEY invoices_by_order (order_id, kind),
  FOREIGN KEY (order_id) REFERENCES orders (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web, admin, accounts (author_id, removed_by). What an admin took off the board, and why; shown
-- where the post was. A post that is still there has its row in `posts`, is hidden for everyone as long as it
-- has one here, and comes back as it was when that is deleted; those of earlier releases are gone.
CREATE TABLE removed_posts (
  post_id    BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  title      VARCHAR(200) NOT NULL,
  author_id  BIGINT UNSIGNED NULL,
  -- NULL: the account is gone, or there was none, because everyone may remove through the open /api/v1.
  removed_by BIGINT UNSIGNED NULL,
  is_open    BOOLEAN NOT NULL DEFAULT FALSE,
  reason     VARCHAR(500) NOT NULL,
  removed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY removed_posts_by_time (removed_at),
  FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE SET NULL,
  FOREIGN KEY (removed_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web, admin, accounts, in the transaction of what it tells of: a category or an account that
-- somebody else than its owner removed, a link for a new password. `subject` is as much of its name as lists
-- show.
CREATE TABLE moderation_log (
  id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  what     VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
           CHECK (what IN ('category', 'account', 'password-link')),
  subject  VARCHAR(101) NOT NULL,
  -- As in removed_posts.
  done_by  BIGINT UNSIGNED NULL,
  is_open  BOOLEAN NOT NULL DEFAULT FALSE,
  done_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  FOREIGN KEY (done_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. What admins ask of those who write here, in the order of `place`.
CREATE TABLE rules (
  id    BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  place INT UNSIGNED NOT NULL,
  title VARCHAR(100) NOT NULL,
  body  VARCHAR(2000) NOT NULL,
  KEY rules_by_place (place, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. Posts that take no more comments.
CREATE TABLE locked_posts (
  post_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. Posts that were merged into another, and the comment there that has their text; theirs
-- stand below it. The posts themselves are in `removed_posts`.
CREATE TABLE merged_posts (
  post_id    BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  into_id    BIGINT UNSIGNED NOT NULL,
  comment_id BIGINT UNSIGNED NOT NULL,
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web; admin (refused_at). Texts that wait for moderators, or were not taken: nobody but their
-- authors and moderators sees them. 20 of a member wait, and 20 that were not taken are kept.
CREATE TABLE held_texts (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  author_id   BIGINT UNSIGNED NOT NULL,
  category_id BIGINT UNSIGNED NOT NULL,
  -- NULL: it is a post, else a comment on this one.
  post_id     BIGINT UNSIGNED NULL,
  parent_id   BIGINT UNSIGNED NULL,
  title       VARCHAR(200) NOT NULL,
  body        MEDIUMTEXT NOT NULL,
  -- It is one of a member's first, or holds something of a list.
  cause       VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (cause IN ('first', 'words')),
  created_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  -- Since when moderators don't take it, by which rule and why. NULL: it waits.
  refused_at  DATETIME(3) NULL,
  rule        VARCHAR(100) NULL,
  reason      VARCHAR(500) NOT NULL DEFAULT '',
  KEY held_texts_by_state (refused_at, id),
  KEY held_texts_by_author (author_id, id),
  KEY held_texts_by_post (post_id),
  KEY held_texts_by_category (category_id),
  FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web; accounts (state, when its member leaves); whoever removes the post (removing). A post that
-- offers something: its title and text are the post's, and what takes the post off the board takes it, too.
CREATE TABLE offers (
  post_id      BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  kind         VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
               CHECK (kind IN ('sale', 'gift', 'loan', 'wanted')),
  -- NULL: none is named.
  price        DECIMAL(11, 4) NULL,
  place        VARCHAR(80) NOT NULL DEFAULT '',
  -- The start of the place in the letters that search compares.
  place_key    VARCHAR(80) NOT NULL DEFAULT '',
  state        VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'open'
               CHECK (state IN ('open', 'reserved', 'gone')),
  -- NULL: nobody, or somebody who was not named.
  reserved_for BIGINT UNSIGNED NULL,
  KEY offers_by_state (state, post_id),
  KEY offers_by_kind (kind, post_id),
  KEY offers_by_kind_and_state (kind, state, post_id),
  KEY offers_by_place (place_key, post_id, kind, state),
  KEY offers_by_reserved_for (reserved_for),
  CONSTRAINT offers_price CHECK (price >= 0 AND price <= 1000000),
  CONSTRAINT offers_gift CHECK (price IS NULL OR kind <> 'gift'),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (reserved_for) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web; whoever removes the post (removing). All pictures of an offer, at most 8, in the order of
-- `place`; the first is the post's own, too.
CREATE TABLE offer_pictures (
  post_id    BIGINT UNSIGNED NOT NULL,
  place      TINYINT UNSIGNED NOT NULL,
  image_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  alt        VARCHAR(300) NOT NULL DEFAULT '',
  PRIMARY KEY (post_id, place),
  KEY offer_pictures_by_image (image_hash),
  FOREIGN KEY (post_id) REFERENCES offers (post_id) ON DELETE CASCADE,
  FOREIGN KEY (image_hash) REFERENCES images (hash)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web; whoever removes the post or the member (removing). Who is interested in an offer, 200 at
-- most, and what they say to its author, who alone reads it.
CREATE TABLE offer_interests (
  post_id    BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  message    VARCHAR(500) NOT NULL DEFAULT '',
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (post_id, user_id),
  KEY offer_interests_by_user (user_id),
  FOREIGN KEY (post_id) REFERENCES offers (post_id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web. What a text offers that waits for moderators.
CREATE TABLE held_offers (
  held_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  kind    VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  price   DECIMAL(11, 4) NULL,
  place   VARCHAR(80) NOT NULL DEFAULT '',
  FOREIGN KEY (held_id) REFERENCES held_texts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. Words, phrases and hosts, one list for what holds a text and one for what refuses it.
CREATE TABLE word_lists (
  effect  VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
          CHECK (effect IN ('hold', 'refuse')),
  -- As it was typed, a line each.
  body    MEDIUMTEXT NOT NULL,
  -- As texts are compared with it, as JSON.
  entries MEDIUMTEXT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. Members who write neither posts nor comments until then (`silence`), or nothing at all
-- (`suspend`). It ends by itself, and its row stays.
CREATE TABLE sanctions (
  user_id  BIGINT UNSIGNED NOT NULL,
  kind     VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (kind IN ('silence', 'suspend')),
  until_at DATETIME(3) NOT NULL,
  PRIMARY KEY (user_id, kind),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web (adding), admin (deciding). What members say against what moderators did, by the entry of
-- the log.
CREATE TABLE appeals (
  action_number BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  user_id       BIGINT UNSIGNED NOT NULL,
  body          VARCHAR(1000) NOT NULL,
  created_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  decided_at    DATETIME(3) NULL,
  decided_by    BIGINT UNSIGNED NULL,
  is_granted    BOOLEAN NOT NULL DEFAULT FALSE,
  answer        VARCHAR(380) NOT NULL DEFAULT '',
  KEY appeals_by_state (decided_at, action_number),
  KEY appeals_by_user (user_id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web (adding), admin (closing). What people report to moderators. Those of one thing stand
-- together, by its kind and its id.
CREATE TABLE reports (
  id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind          VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                CHECK (kind IN ('post', 'comment', 'item', 'member')),
  subject_id    BIGINT UNSIGNED NOT NULL,
  -- NULL: without an account.
  reporter_id   BIGINT UNSIGNED NULL,
  -- A hash of who it is, by account or address, while it is open: nobody reports the same twice.
  reporter_key  BINARY(32) NULL,
  reason        VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                CHECK (reason IN ('rule', 'illegal', 'spam', 'other')),
  body          VARCHAR(1000) NOT NULL,
  -- For the answer, until it was given.
  address       VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
  language      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  closed_at     DATETIME(3) NULL,
  closed_by     BIGINT UNSIGNED NULL,
  -- What was done then. NULL: nothing.
  action_number BIGINT UNSIGNED NULL,
  UNIQUE KEY reports_once (kind, subject_id, reporter_key),
  KEY reports_by_member (reporter_id, id),
  KEY reports_by_state (closed_at, id),
  KEY reports_by_reporter (reporter_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. What moderators note of something, for one another.
CREATE TABLE moderator_notes (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind       VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id BIGINT UNSIGNED NOT NULL,
  author_id  BIGINT UNSIGNED NOT NULL,
  body       VARCHAR(1000) NOT NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY moderator_notes_by_subject (kind, subject_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. Who looks at something in the queue, and looked last; deleted after an hour.
CREATE TABLE moderator_looks (
  kind       VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  seen_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (kind, subject_id, user_id),
  KEY moderator_looks_by_time (seen_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web and admin, which add to it and change nothing. What moderators did, for everybody to read.
-- Numbers have no gaps; `hash` is over the entry and the hash before it, as src/action-log/chain.ts has it,
-- where the first has 64 zeros before it. `done_by` is the number of an account that may be gone; `reason` is
-- empty where something was brought back.
CREATE TABLE moderation_actions (
  number     BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  act        VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind       VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id BIGINT UNSIGNED NOT NULL,
  reason     VARCHAR(500) NOT NULL,
  done_by    BIGINT UNSIGNED NOT NULL,
  done_at    DATETIME(3) NOT NULL,
  hash       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The title that the rule had then, if the board had any.
  rule       VARCHAR(100) NULL,
  -- Of a post that was moved: the ids of the categories from which and to which, with a space between;
  -- merged: of the post into which; pinned: `front` or `category`.
  detail     VARCHAR(101) NULL,
  -- For how long; NULL where it does not end by itself.
  until_at   DATETIME(3) NULL,
  -- The entry that this one undoes or judges.
  refers_to  BIGINT UNSIGNED NULL,
  -- Whose it was that it was done to: they read it. Not part of what is hashed, nor shown to others.
  concerns   BIGINT UNSIGNED NULL,
  KEY moderation_actions_by_time (done_at),
  KEY moderation_actions_by_member (concerns, number),
  KEY moderation_actions_by_subject (kind, subject_id, number),
  KEY moderation_actions_by_reference (refers_to)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web and admin. One row: the last entry of that log. Who holds it adds the next.
CREATE TABLE moderation_heads (
  id     TINYINT UNSIGNED NOT NULL PRIMARY KEY CHECK (id = 1),
  number BIGINT UNSIGNED NOT NULL,
  hash   CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO moderation_heads (id, number, hash) VALUES (1, 0, REPEAT('0', 64));

-- Written by: web, admin, accounts (done_by), in the transaction of what it tells of: another's post that an
-- admin moved, a member whose role or account they changed, what they set. `subject` is the post's title, or
-- as much of the name as lists show; `detail` the same of the category that a post was moved to, or of the
-- value.
CREATE TABLE admin_notes (
  id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  what     VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject  VARCHAR(200) NOT NULL,
  detail   VARCHAR(101) NOT NULL DEFAULT '',
  -- NULL: the account is gone.
  done_by  BIGINT UNSIGNED NULL,
  done_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  FOREIGN KEY (done_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by nobody. Whoever adds a name holds the row of its kind, from looking at those that are there
-- until it is stored; whoever asks for a link for a new password, the third; whoever stores a price, and who
-- changes the currency, the fourth.
CREATE TABLE name_locks (
  named VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO name_locks (named) VALUES ('users'), ('categories'), ('recovery'), ('currency');

-- Written by: accounts and admin, in the transaction of what a mail tells of; courier, which sends them. One
-- that was sent stays for a day, without its address and its text, one that failed for a month.
CREATE TABLE outbox (
  id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind          VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id       BIGINT UNSIGNED NULL,
  -- NULL once it was sent.
  address       VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
  -- SHA-256 of the address in small letters: so many mails a day go to one.
  recipient_key BINARY(32) NOT NULL,
  language      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- What the mail says beside what all of its kind do, as JSON. Empty once it was sent.
  content       VARCHAR(4000) NOT NULL,
  -- Nobody waits for it: it is sent when those of the others that are due were.
  is_bulk       TINYINT NOT NULL DEFAULT 0,
  state         VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'sent', 'dropped', 'failed')),
  -- Of one that waits: when it is tried next. Of the others: since when they are so. `dropped`: it was no
  -- longer wanted, or too many went to one recipient.
  state_at      DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  tries         INT UNSIGNED NOT NULL DEFAULT 0,
  -- When the first of them was due; three days later it fails.
  tried_since   DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  -- The courier that is about it.
  taken_by      VARCHAR(64) NULL,
  -- What came of the last try, in the server's words.
  answer        VARCHAR(500) NOT NULL DEFAULT '',
  created_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY outbox_by_turn (state, is_bulk, state_at, id),
  KEY outbox_by_recipient (recipient_key, created_at),
  KEY outbox_by_user (user_id, created_at),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts; courier (token_hash, token_expires_at, refused_at); admin, which ends those that wait
-- to be confirmed. Where mail reaches a member.
CREATE TABLE addresses (
  user_id          BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  -- The one that mail goes to. NULL: none was confirmed.
  address          VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
  -- SHA-256 of it in small letters: nobody else has it.
  address_key      BINARY(32) NULL,
  -- In which mails are written.
  language         VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Its server said that there is no such mailbox.
  refused_at       DATETIME(3) NULL,
  -- One that is to be confirmed.
  pending          VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
  -- SHA-256 of the token of the link that does, once it was sent.
  token_hash       BINARY(32) NULL,
  token_expires_at DATETIME(3) NULL,
  UNIQUE KEY addresses_by_key (address_key),
  UNIQUE KEY addresses_by_token (token_hash),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web, accounts, admin, in the transaction that changes or removes a text: search has to read it
-- again. What is new needs no row. Web deletes them after an hour.
CREATE TABLE search_changes (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind       VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (kind IN ('post', 'comment')),
  subject_id BIGINT UNSIGNED NOT NULL,
  changed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web and admin, in the transaction of its cause; courier, from `fan_outs`, `announcements`,
-- `items`, `stock_waits`, `window_tellings`. What a member is told of, once each: `cause` is `post 7`,
-- `comment 7`, `confirm 7`, `interest 7 3`, `order 5 completed` or `opens 7`; `kind` is how it concerns them.
-- What it tells of takes it along.
CREATE TABLE notices (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id    BIGINT UNSIGNED NOT NULL,
  cause      VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind       VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- What it tells of. Of a comment: the post, too.
  post_id    BIGINT UNSIGNED NULL,
  comment_id BIGINT UNSIGNED NULL,
  order_id   BIGINT UNSIGNED NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  -- NULL: the member has not read it.
  read_at    DATETIME(3) NULL,
  -- Whose doing it is, where that is not the author of the post or the comment. Their account may be gone.
  by_id      BIGINT UNSIGNED NULL,
  item_id    BIGINT UNSIGNED NULL,
  window_id  BIGINT UNSIGNED NULL,
  UNIQUE KEY notices_by_cause (user_id, cause),
  KEY notices_by_user (user_id, id),
  KEY notices_by_reading (user_id, read_at),
  KEY notices_by_post (post_id, read_at, user_id),
  KEY notices_by_comment (comment_id, read_at, user_id),
  KEY notices_by_order (order_id),
  KEY notices_by_item (item_id),
  KEY notices_by_window (window_id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (comment_id) REFERENCES comments (id) ON DELETE CASCADE,
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  CONSTRAINT notices_item FOREIGN KEY (item_id) REFERENCES items (id) ON DELETE CASCADE,
  CONSTRAINT notices_window FOREIGN KEY (window_id) REFERENCES order_windows (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web; accounts and whoever removes the subject (removing). What members follow: `all`, with
-- comments, or its `posts`; or `mute`: they are told nothing of it. Whoever writes in a thread follows it,
-- unless they stand in `follow_refusals`.
CREATE TABLE post_follows (
  subject_id BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  level      VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
             CHECK (level IN ('all', 'posts', 'mute')),
  PRIMARY KEY (subject_id, user_id),
  KEY post_follows_by_user (user_id, subject_id),
  FOREIGN KEY (subject_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE category_follows (
  subject_id BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  level      VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
             CHECK (level IN ('all', 'posts', 'mute')),
  PRIMARY KEY (subject_id, user_id),
  KEY category_follows_by_user (user_id, subject_id),
  FOREIGN KEY (subject_id) REFERENCES categories (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE tag_follows (
  subject_id BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  level      VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
             CHECK (level IN ('all', 'posts', 'mute')),
  PRIMARY KEY (subject_id, user_id),
  KEY tag_follows_by_user (user_id, subject_id),
  FOREIGN KEY (subject_id) REFERENCES tags (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE member_follows (
  subject_id BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  level      VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
             CHECK (level IN ('all', 'posts', 'mute')),
  PRIMARY KEY (subject_id, user_id),
  KEY member_follows_by_user (user_id, subject_id),
  FOREIGN KEY (subject_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE follow_refusals (
  user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web, in the transaction that adds a post or a comment; courier (after_user, spread_at). Texts
-- whose followers are to be told, in order of their ids; those up to `after_user` are, and all are at
-- `spread_at`. Web deletes it when it has shown them.
CREATE TABLE fan_outs (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  post_id    BIGINT UNSIGNED NOT NULL,
  comment_id BIGINT UNSIGNED NULL,
  after_user BIGINT UNSIGNED NOT NULL DEFAULT 0,
  spread_at  DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY fan_outs_by_state (spread_at, id),
  KEY fan_outs_by_post (post_id),
  KEY fan_outs_by_comment (comment_id),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (comment_id) REFERENCES comments (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin, with a pin in `settings`; courier (after_user, asked_at). Pinned posts of which members
-- are asked to confirm, until a moment, that they read them: all who may read one or, where it is not
-- `is_everywhere`, who follows its category; in the order of their ids. Those up to `after_user` were, and
-- all were at `asked_at`.
CREATE TABLE announcements (
  post_id       BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  until_at      DATETIME(3) NOT NULL,
  is_everywhere BOOLEAN NOT NULL,
  after_user    BIGINT UNSIGNED NOT NULL DEFAULT 0,
  asked_at      DATETIME(3) NULL,
  KEY announcements_by_state (asked_at, post_id),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: courier, with the notice that asks; web (confirmed_at). Who was asked to confirm that they read
-- a post, and when they did.
CREATE TABLE confirmations (
  post_id      BIGINT UNSIGNED NOT NULL,
  user_id      BIGINT UNSIGNED NOT NULL,
  confirmed_at DATETIME(3) NULL,
  PRIMARY KEY (post_id, user_id),
  KEY confirmations_by_state (post_id, confirmed_at, user_id),
  KEY confirmations_by_user (user_id),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web, when a member chooses; courier (due_at, mailed_up_to). How often a member gets by mail
-- what they are told of.
CREATE TABLE notice_mails (
  user_id      BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  pace         VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
               CHECK (pace IN ('soon', 'daily', 'weekly', 'never')),
  time_zone    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Of the link in each of these mails. It ends them and opens nothing, so it stands here as it is.
  token        CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- When the courier looks next. NULL: never.
  due_at       DATETIME(3) NULL,
  -- The last notice of which a mail was written.
  mailed_up_to BIGINT UNSIGNED NOT NULL,
  UNIQUE KEY notice_mails_by_token (token),
  KEY notice_mails_by_due (due_at),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: courier, once. The keys by which push services know this board, and up to which notice it has
-- looked whom to push it to.
CREATE TABLE push_keys (
  id           TINYINT UNSIGNED NOT NULL PRIMARY KEY CHECK (id = 1),
  public_key   CHAR(87) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  private_key  CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  looked_up_to BIGINT UNSIGNED NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web, when a member switches it on or off; courier (removing those that are gone). Browsers that
-- get a member's notices by web push, one for a session, which takes it along when it ends.
CREATE TABLE push_subscriptions (
  session_key  BINARY(32) NOT NULL PRIMARY KEY,
  user_id      BIGINT UNSIGNED NOT NULL,
  endpoint     VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- SHA-256 of the endpoint: a browser is one member's at a time.
  endpoint_key BINARY(32) NOT NULL,
  -- The browser's, for encrypting, in base64url.
  p256dh       CHAR(87) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  auth         CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  language     VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  made_at      DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY push_subscriptions_by_endpoint (endpoint_key),
  KEY push_subscriptions_by_user (user_id),
  FOREIGN KEY (session_key) REFERENCES sessions (token_key) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: courier. Which notice goes to which browser, once each. Where either is gone nothing is sent,
-- and the row goes in its time. It has no foreign keys, as MySQL 9.6 and later leave rows behind where they
-- go with others over three tables (test/stack/database/schema.test.ts).
CREATE TABLE pushes (
  session_key BINARY(32) NOT NULL,
  notice_id   BIGINT UNSIGNED NOT NULL,
  tries       INT UNSIGNED NOT NULL DEFAULT 0,
  -- When it is tried next. NULL: it is done.
  due_at      DATETIME(3) NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (session_key, notice_id),
  KEY pushes_by_due (due_at, notice_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web, accounts, admin, when a session is looked up, and not for minutes after that. What was new
-- when a member came last: whatever has a higher id than `since` is new to them. `seen`: the newest when they
-- were last seen, which begins the next visit when they have been away for an hour.
CREATE TABLE visits (
  user_id       BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  since_post    BIGINT UNSIGNED NOT NULL,
  since_comment BIGINT UNSIGNED NOT NULL,
  seen_post     BIGINT UNSIGNED NOT NULL,
  seen_comment  BIGINT UNSIGNED NOT NULL,
  seen_at       DATETIME(3) NOT NULL,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web, when a member reads what is new in a thread; deleted with their next visit. Up to which
-- comment they have read it; 0 where it had none.
CREATE TABLE thread_reads (
  user_id    BIGINT UNSIGNED NOT NULL,
  post_id    BIGINT UNSIGNED NOT NULL,
  comment_id BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (user_id, post_id),
  KEY thread_reads_by_post (post_id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. The board's logo, one for the dark, and its icon in four sizes, which we made of what an
-- admin sent; settings name those that show. Others are deleted when one is set an hour later or more.
CREATE TABLE logos (
  name       VARCHAR(90) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  bytes      MEDIUMBLOB NOT NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. What admins set while the board runs, by the name of the variable that gives it its
-- first value; each replica reads it by way of Redis.
CREATE TABLE settings (
  name       VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  value      TEXT NOT NULL,
  -- NULL: the account is gone.
  changed_by BIGINT UNSIGNED NULL,
  changed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY settings_by_admin (changed_by),
  FOREIGN KEY (changed_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin; accounts (used). Links by which so many people join, known by the SHA-256 of what the
-- link holds. Those that ended 90 days ago are deleted with each new one.
CREATE TABLE invites (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  token_hash BINARY(32) NOT NULL,
  -- For whom it is, as the admin calls it.
  note       VARCHAR(100) NOT NULL,
  uses       INT UNSIGNED NOT NULL,
  used       INT UNSIGNED NOT NULL DEFAULT 0,
  -- NULL: the account is gone.
  made_by    BIGINT UNSIGNED NULL,
  made_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  ends_at    DATETIME(3) NOT NULL,
  revoked_at DATETIME(3) NULL,
  CHECK (used <= uses),
  UNIQUE KEY invites_by_token (token_hash),
  KEY invites_by_end (ends_at),
  KEY invites_by_maker (made_by),
  FOREIGN KEY (made_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts. Who joined by which.
CREATE TABLE invited_members (
  user_id   BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  invite_id BIGINT UNSIGNED NOT NULL,
  KEY invited_members_by_invite (invite_id, user_id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY (invite_id) REFERENCES invites (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: accounts. Who wants to join, until an admin decides: then the account is made, or nothing
-- stays. Nobody else ever sees one.
CREATE TABLE applications (
  id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name          VARCHAR(200) NOT NULL,
  name_key      BINARY(32) NOT NULL,
  look_key      BINARY(32) NOT NULL,
  password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Where they are told; NULL: nowhere.
  address       VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
  language      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- As they were asked it.
  question      VARCHAR(500) NOT NULL,
  answer        VARCHAR(2000) NOT NULL,
  applied_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY applications_by_name (name_key),
  UNIQUE KEY applications_by_look (look_key),
  KEY applications_by_time (applied_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by nobody. By what the board is known to others that its export came to.
CREATE TABLE board_identity (
  id       TINYINT UNSIGNED NOT NULL PRIMARY KEY CHECK (id = 1),
  identity CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO board_identity (id, identity) VALUES (1, UUID());

-- Written by: `./agora import`. The boards that something came from; and what did, by its number there and
-- here, so that nothing comes twice and old addresses lead here. `keeps_ids`: both are the same. `openers`:
-- posts by the numbers that their texts had among the answers.
CREATE TABLE imports (
  id        INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  board     CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  program   VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'agora',
  keeps_ids BOOLEAN NOT NULL,
  begun_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY imports_by_board (board)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE imported (
  import_id INT UNSIGNED NOT NULL,
  kind      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source_id BIGINT UNSIGNED NOT NULL,
  local_id  BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (import_id, kind, source_id),
  FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: ./agora import. Where on another board something stood, where its number there does not say so.
-- `path_key` is the SHA-256 of the path, as in u/ana. Where several boards had one, the first of them leads.
CREATE TABLE imported_paths (
  path_key  BINARY(32) NOT NULL,
  import_id INT UNSIGNED NOT NULL,
  kind      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  local_id  BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (path_key, import_id),
  KEY imported_paths_by_import (import_id),
  FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. How much of a kind came on a day, as it was counted then: what was removed later stays
-- in it. `active`: members who were here; `weekly`: the same of the week that begins on this Monday. Days are
-- UTC's.
CREATE TABLE daily_counts (
  what  VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day   DATE NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (what, day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: admin. How far each kind is counted: by ids, likes by milliseconds, `active` by days.
-- `count_to` is what was the newest at `seen_at`; a while later whatever has a smaller one is committed.
CREATE TABLE day_counters (
  what       VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  counted_to BIGINT UNSIGNED NOT NULL DEFAULT 0,
  count_to   BIGINT UNSIGNED NOT NULL DEFAULT 0,
  seen_at    DATETIME(3) NOT NULL DEFAULT '1970-01-02'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT INTO day_counters (what)
VALUES ('members'), ('posts'), ('comments'), ('likes'), ('reports'), ('orders'), ('mails'), ('active');

-- Written by: web, accounts, admin. Who was here on which of the last days.
CREATE TABLE active_days (
  day     DATE NOT NULL,
  user_id BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (day, user_id),
  KEY active_days_by_user (user_id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
