-- Admins are told when so few pieces of an item are left; `is_low`: they were, and it has not been stocked up
-- since.
ALTER TABLE items
  ADD COLUMN low_at INT UNSIGNED NULL AFTER most_each,
  ADD COLUMN is_low BOOLEAN NOT NULL DEFAULT FALSE AFTER low_at,
  ADD KEY items_by_low (low_at, quantity, is_low);

-- Who asked to be told when an item is in stock again.
CREATE TABLE stock_waits (
  item_id  BIGINT UNSIGNED NOT NULL,
  user_id  BIGINT UNSIGNED NOT NULL,
  asked_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (item_id, user_id),
  KEY stock_waits_by_user (user_id),
  FOREIGN KEY (item_id) REFERENCES items (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Who is told of order windows: `all`, and who wants no more of it: `mute`.
CREATE TABLE market_follows (
  user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  level   VARCHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (level IN ('all', 'mute')),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What of a window members are told of, and up to whom in the order of their ids they have been.
CREATE TABLE window_tellings (
  window_id  BIGINT UNSIGNED NOT NULL,
  stage      VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
             CHECK (stage IN ('opens', 'closes', 'ready')),
  after_user BIGINT UNSIGNED NOT NULL DEFAULT 0,
  told_at    DATETIME(3) NULL,
  PRIMARY KEY (window_id, stage),
  KEY window_tellings_by_state (told_at),
  FOREIGN KEY (window_id) REFERENCES order_windows (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

ALTER TABLE notices
  ADD COLUMN item_id BIGINT UNSIGNED NULL,
  ADD COLUMN window_id BIGINT UNSIGNED NULL,
  ADD KEY notices_by_item (item_id),
  ADD KEY notices_by_window (window_id),
  ADD CONSTRAINT notices_item FOREIGN KEY (item_id) REFERENCES items (id) ON DELETE CASCADE,
  ADD CONSTRAINT notices_window FOREIGN KEY (window_id) REFERENCES order_windows (id) ON DELETE CASCADE;
