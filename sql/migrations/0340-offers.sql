CREATE TABLE offers (
  post_id      BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  kind         VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
               CHECK (kind IN ('sale', 'gift', 'loan', 'wanted')),
  -- NULL: none is named.
  price        DECIMAL(11, 4) NULL,
  place        VARCHAR(80) NOT NULL DEFAULT '',
  -- The start of the place in the letters that search compares.
  place_key    VARCHAR(80) NOT NULL DEFAULT '',
  state        VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'open'
               CHECK (state IN ('open', 'reserved', 'gone')),
  -- NULL: nobody, or somebody who was not named.
  reserved_for BIGINT UNSIGNED NULL,
  KEY offers_by_state (state, post_id),
  KEY offers_by_kind (kind, post_id),
  KEY offers_by_kind_and_state (kind, state, post_id),
  KEY offers_by_place (place_key, post_id, kind, state),
  KEY offers_by_reserved_for (reserved_for),
  CONSTRAINT offers_price CHECK (price >= 0 AND price <= 1000000),
  CONSTRAINT offers_gift CHECK (price IS NULL OR kind <> 'gift'),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (reserved_for) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE offer_pictures (
  post_id    BIGINT UNSIGNED NOT NULL,
  place      TINYINT UNSIGNED NOT NULL,
  image_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  alt        VARCHAR(300) NOT NULL DEFAULT '',
  PRIMARY KEY (post_id, place),
  KEY offer_pictures_by_image (image_hash),
  FOREIGN KEY (post_id) REFERENCES offers (post_id) ON DELETE CASCADE,
  FOREIGN KEY (image_hash) REFERENCES images (hash)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE held_offers (
  held_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  kind    VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  price   DECIMAL(11, 4) NULL,
  place   VARCHAR(80) NOT NULL DEFAULT '',
  FOREIGN KEY (held_id) REFERENCES held_texts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
