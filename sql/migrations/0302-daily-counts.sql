CREATE TABLE daily_counts (
  what  VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day   DATE NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (what, day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE day_counters (
  what       VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  counted_to BIGINT UNSIGNED NOT NULL DEFAULT 0,
  count_to   BIGINT UNSIGNED NOT NULL DEFAULT 0,
  seen_at    DATETIME(3) NOT NULL DEFAULT '1970-01-02'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT INTO day_counters (what)
VALUES ('members'), ('posts'), ('comments'), ('likes'), ('reports'), ('orders'), ('mails'), ('active');

CREATE TABLE active_days (
  day     DATE NOT NULL,
  user_id BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (day, user_id),
  KEY active_days_by_user (user_id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
