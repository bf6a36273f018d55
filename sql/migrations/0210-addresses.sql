-- Where mail reaches a member.
CREATE TABLE addresses (
  user_id          BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  address          VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
  address_key      BINARY(32) NULL,
  language         VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  refused_at       DATETIME(3) NULL,
  pending          VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
  token_hash       BINARY(32) NULL,
  token_expires_at DATETIME(3) NULL,
  UNIQUE KEY addresses_by_key (address_key),
  UNIQUE KEY addresses_by_token (token_hash),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
