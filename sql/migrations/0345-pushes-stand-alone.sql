-- MySQL 9.6 and later delete rows that go with others in two tables behind, not in three: where a post went,
-- notices of all its comments but the first stayed, as pushes went with them. Nothing goes with notices now,
-- and what stayed is deleted.
ALTER TABLE pushes
  DROP FOREIGN KEY pushes_ibfk_1,
  DROP FOREIGN KEY pushes_ibfk_2,
  DROP KEY pushes_by_notice;
DELETE notices
  FROM notices
  LEFT JOIN posts ON posts.id = notices.post_id
 WHERE notices.post_id IS NOT NULL AND posts.id IS NULL;
DELETE notices
  FROM notices
  LEFT JOIN comments ON comments.id = notices.comment_id
 WHERE notices.comment_id IS NOT NULL AND comments.id IS NULL;
