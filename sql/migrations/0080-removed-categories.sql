-- A category that is removed with many posts is swept in pieces; until then it is marked.
ALTER TABLE categories ADD COLUMN removed_at DATETIME(3) NULL;
CREATE INDEX categories_by_removal ON categories (removed_at);
