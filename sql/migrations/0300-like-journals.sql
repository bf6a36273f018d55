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

CREATE TABLE waiting_likes (
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  post_id BIGINT UNSIGNED NOT NULL,
  waiting INT UNSIGNED NOT NULL,
  since   BIGINT NOT NULL,
  PRIMARY KEY (batcher, post_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE waiting_choices (
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  post_id BIGINT UNSIGNED NOT NULL,
  user_id BIGINT UNSIGNED NOT NULL,
  liked   BOOLEAN NOT NULL,
  PRIMARY KEY (batcher, post_id, user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE waiting_batches (
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number  BIGINT UNSIGNED NOT NULL,
  likes   BIGINT NOT NULL,
  entries MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  choices MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash    CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (batcher, number)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE like_senders (
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sender  VARBINARY(255) NOT NULL,
  high    BIGINT UNSIGNED NOT NULL,
  refused MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (batcher, sender)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE like_keys (
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number  BIGINT UNSIGNED NOT NULL,
  period  BIGINT UNSIGNED NOT NULL,
  hour    BIGINT UNSIGNED NOT NULL,
  entries MEDIUMBLOB NOT NULL,
  PRIMARY KEY (batcher, number)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
