-- Rules of the board, which moderators name. A release that does not know the new columns adds entries without
-- them, and takes those that have some for changed in /audit, until it is replaced.
CREATE TABLE rules (
  id    BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  place INT UNSIGNED NOT NULL,
  title VARCHAR(100) NOT NULL,
  body  VARCHAR(2000) NOT NULL,
  KEY rules_by_place (place, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
ALTER TABLE moderation_actions
  ADD COLUMN rule VARCHAR(100) NULL,
  ADD COLUMN detail VARCHAR(101) NULL,
  ADD COLUMN until_at DATETIME(3) NULL,
  ADD COLUMN refers_to BIGINT UNSIGNED NULL,
  ADD COLUMN concerns BIGINT UNSIGNED NULL;
CREATE INDEX moderation_actions_by_member ON moderation_actions (concerns, number);
CREATE INDEX moderation_actions_by_subject ON moderation_actions (kind, subject_id, number);
CREATE INDEX moderation_actions_by_reference ON moderation_actions (refers_to);
UPDATE moderation_actions
  JOIN posts ON posts.id = moderation_actions.subject_id
   SET moderation_actions.concerns = posts.author_id
 WHERE moderation_actions.kind = 'post';
UPDATE moderation_actions
  JOIN comments ON comments.id = moderation_actions.subject_id
  LEFT JOIN hidden_comments ON hidden_comments.comment_id = comments.id
   SET moderation_actions.concerns = COALESCE(hidden_comments.author_id, comments.author_id)
 WHERE moderation_actions.kind = 'comment';
