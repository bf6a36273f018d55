-- What people report to moderators, what these note of it among themselves, and who looks at it.
CREATE TABLE reports (
  id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind          VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                CHECK (kind IN ('post', 'comment', 'item', 'member')),
  subject_id    BIGINT UNSIGNED NOT NULL,
  reporter_id   BIGINT UNSIGNED NULL,
  reporter_key  BINARY(32) NULL,
  reason        VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
                CHECK (reason IN ('rule', 'illegal', 'spam', 'other')),
  body          VARCHAR(1000) NOT NULL,
  address       VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
  language      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  closed_at     DATETIME(3) NULL,
  closed_by     BIGINT UNSIGNED NULL,
  action_number BIGINT UNSIGNED NULL,
  UNIQUE KEY reports_once (kind, subject_id, reporter_key),
  KEY reports_by_state (closed_at, id),
  KEY reports_by_reporter (reporter_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE moderator_notes (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind       VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id BIGINT UNSIGNED NOT NULL,
  author_id  BIGINT UNSIGNED NOT NULL,
  body       VARCHAR(1000) NOT NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY moderator_notes_by_subject (kind, subject_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE moderator_looks (
  kind       VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  seen_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (kind, subject_id, user_id),
  KEY moderator_looks_by_time (seen_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
