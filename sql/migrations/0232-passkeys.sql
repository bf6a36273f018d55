-- Keys of devices that members sign in with, and what a device is asked to sign.
CREATE TABLE passkeys (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id        BIGINT UNSIGNED NOT NULL,
  name           VARCHAR(60) NOT NULL,
  credential_key BINARY(32) NOT NULL,
  credential_id  VARBINARY(1023) NOT NULL,
  public_key     VARBINARY(4000) NOT NULL,
  counter        BIGINT UNSIGNED NOT NULL,
  created_at     DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  used_at        DATETIME(3) NULL,
  UNIQUE KEY passkeys_by_credential (credential_key),
  KEY passkeys_by_user (user_id, id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE passkey_challenges (
  challenge_key BINARY(32) NOT NULL PRIMARY KEY,
  user_id       BIGINT UNSIGNED NULL,
  expires_at    DATETIME(3) NOT NULL,
  KEY passkey_challenges_by_user (user_id),
  KEY passkey_challenges_by_expiry (expires_at),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
