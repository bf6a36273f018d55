CREATE TABLE order_windows (
  id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name      VARCHAR(60) NOT NULL CHECK (CHAR_LENGTH(name) >= 1),
  opens_at  DATETIME(3) NOT NULL,
  closes_at DATETIME(3) NOT NULL,
  time_zone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  KEY order_windows_by_end (closes_at),
  CONSTRAINT order_windows_span CHECK (opens_at < closes_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE pickups (
  id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  window_id BIGINT UNSIGNED NOT NULL,
  place     VARCHAR(120) NOT NULL CHECK (CHAR_LENGTH(place) >= 1),
  starts_at DATETIME(3) NOT NULL,
  ends_at   DATETIME(3) NOT NULL,
  KEY pickups_by_window (window_id, starts_at),
  FOREIGN KEY (window_id) REFERENCES order_windows (id) ON DELETE CASCADE,
  CONSTRAINT pickups_span CHECK (starts_at < ends_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE window_orders (
  order_id  BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  window_id BIGINT UNSIGNED NOT NULL,
  pickup_id BIGINT UNSIGNED NOT NULL,
  KEY window_orders_by_window (window_id, order_id),
  KEY window_orders_by_pickup (pickup_id),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  FOREIGN KEY (window_id) REFERENCES order_windows (id),
  FOREIGN KEY (pickup_id) REFERENCES pickups (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
