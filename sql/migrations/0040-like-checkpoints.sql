CREATE TABLE like_checkpoints (
  batcher   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  number    BIGINT UNSIGNED NOT NULL,
  likes     BIGINT NOT NULL,
  hash      CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  folded_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE folded_likes (
  post_id BIGINT UNSIGNED NOT NULL,
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  likes   BIGINT NOT NULL,
  PRIMARY KEY (post_id, batcher)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
