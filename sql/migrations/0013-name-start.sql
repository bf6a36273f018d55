-- Search finds members by the beginning of their names.
ALTER TABLE users
  ADD COLUMN name_start VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci
    GENERATED ALWAYS AS (LEFT(name, 40)) STORED,
  ADD KEY users_by_start (name_start, id);
