-- What moderators did, one row each, in a chain of hashes: a row that is changed or missing shows.
CREATE TABLE moderation_actions (
  number     BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  act        VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind       VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id BIGINT UNSIGNED NOT NULL,
  reason     VARCHAR(500) NOT NULL,
  done_by    BIGINT UNSIGNED NOT NULL,
  done_at    DATETIME(3) NOT NULL,
  hash       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  KEY moderation_actions_by_time (done_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE moderation_heads (
  id     TINYINT UNSIGNED NOT NULL PRIMARY KEY CHECK (id = 1),
  number BIGINT UNSIGNED NOT NULL,
  hash   CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO moderation_heads (id, number, hash) VALUES (1, 0, REPEAT('0', 64));
