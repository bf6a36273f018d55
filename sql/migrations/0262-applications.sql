-- Who wants to join, until an admin decides.
CREATE TABLE applications (
  id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name          VARCHAR(200) NOT NULL,
  name_key      BINARY(32) NOT NULL,
  look_key      BINARY(32) NOT NULL,
  password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  address       VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
  language      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  question      VARCHAR(500) NOT NULL,
  answer        VARCHAR(2000) NOT NULL,
  applied_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY applications_by_name (name_key),
  UNIQUE KEY applications_by_look (look_key),
  KEY applications_by_time (applied_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
