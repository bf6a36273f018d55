-- Comments in threads, and their number beside each post.
SET SESSION innodb_ft_enable_stopword = OFF;

ALTER TABLE posts ADD COLUMN comments INT UNSIGNED NOT NULL DEFAULT 0 AFTER likes;

-- Written by: web (all), admin and accounts (removing). `root_id` is the comment on the post itself that a reply goes
-- back to, however deep: a thread is its root and all rows that name it, and the first n of them by id are always a
-- whole tree. Parents are not foreign keys, because a post takes its comments along in one go; that a parent is there
-- is checked while `posts.comments` is held. A removed comment stays, without its text, as long as it has replies, or
-- because an admin gave a reason.
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
  KEY comments_by_post (post_id, id),
  KEY comments_by_root (root_id, id),
  KEY comments_by_parent (parent_id),
  KEY comments_by_author (author_id, post_id),
  FULLTEXT KEY comments_by_words (body),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
