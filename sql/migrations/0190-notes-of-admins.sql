-- What an admin did beside what the moderation log has: it takes no other kinds.
CREATE TABLE admin_notes (
  id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  what     VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject  VARCHAR(200) NOT NULL,
  detail   VARCHAR(101) NOT NULL DEFAULT '',
  done_by  BIGINT UNSIGNED NULL,
  done_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  FOREIGN KEY (done_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
