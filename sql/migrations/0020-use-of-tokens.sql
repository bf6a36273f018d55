-- When a token was last used.
ALTER TABLE tokens ADD COLUMN used_at DATETIME(3) NULL AFTER created_at;
