-- Groups of members, and categories that not everybody reads or writes in.
CREATE TABLE member_groups (
  id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name     VARCHAR(60) NOT NULL,
  name_key BINARY(32) NOT NULL,
  claim    VARCHAR(200) NOT NULL DEFAULT '',
  made_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY member_groups_by_name (name_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE group_members (
  user_id  BIGINT UNSIGNED NOT NULL,
  group_id BIGINT UNSIGNED NOT NULL,
  by_claim TINYINT(1) NOT NULL DEFAULT 0,
  since    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (user_id, group_id, by_claim),
  KEY group_members_by_group (group_id, user_id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY (group_id) REFERENCES member_groups (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE doors (
  category_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  read_by     VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
              CHECK (read_by IN ('everyone', 'members', 'groups')),
  write_by    VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
              CHECK (write_by IN ('members', 'groups', 'moderators')),
  FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE door_groups (
  category_id BIGINT UNSIGNED NOT NULL,
  group_id    BIGINT UNSIGNED NOT NULL,
  may_write   TINYINT(1) NOT NULL,
  PRIMARY KEY (category_id, group_id),
  KEY door_groups_by_group (group_id),
  FOREIGN KEY (category_id) REFERENCES doors (category_id) ON DELETE CASCADE,
  FOREIGN KEY (group_id) REFERENCES member_groups (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
