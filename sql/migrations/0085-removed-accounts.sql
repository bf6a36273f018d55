-- An account with many posts that is removed is swept in pieces; until then it is marked.
ALTER TABLE users ADD COLUMN removed_at DATETIME(3) NULL AFTER disabled_at;
ALTER TABLE users ADD COLUMN posts_removed BOOLEAN NOT NULL DEFAULT FALSE AFTER removed_at;
CREATE INDEX users_by_removal ON users (removed_at);
