-- Links by which members set a new password, made by `./agora password`.
CREATE TABLE password_links (
  user_id    BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  token_hash BINARY(32) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  UNIQUE KEY password_links_by_token (token_hash),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
