UPDATE users SET look_key = NULL WHERE removed_at IS NULL AND name LIKE '%Σ%';
UPDATE categories SET look_key = NULL WHERE removed_at IS NULL AND name LIKE '%Σ%';
