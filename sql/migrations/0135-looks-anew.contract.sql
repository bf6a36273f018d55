UPDATE users SET look_key = NULL WHERE removed_at IS NULL;
UPDATE categories SET look_key = NULL WHERE removed_at IS NULL;
