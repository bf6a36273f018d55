-- What everyone removes through the open /api/v1 is nobody's account's.
ALTER TABLE removed_posts ADD COLUMN is_open BOOLEAN NOT NULL DEFAULT FALSE AFTER removed_by;
-- What is done to what is not one's own, beside removing posts and comments.
CREATE TABLE moderation_log (
  id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  what     VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
           CHECK (what IN ('category', 'account', 'password-link')),
  subject  VARCHAR(101) NOT NULL,
  done_by  BIGINT UNSIGNED NULL,
  is_open  BOOLEAN NOT NULL DEFAULT FALSE,
  done_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  FOREIGN KEY (done_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
