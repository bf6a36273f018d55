-- Hashtags. Those of posts that are there already are found when a post is changed.
-- Written by: web. Hashtags, folded to one case. They stay when no post has them any more.
CREATE TABLE tags (
  id   BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(160) NOT NULL,
  UNIQUE KEY tags_by_name (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written by: web. Which posts have a tag in their text, with what `post_ranks` says of them: so a tag's posts are read
-- in each order from an index alone.
CREATE TABLE post_tags (
  tag_id  BIGINT UNSIGNED NOT NULL,
  post_id BIGINT UNSIGNED NOT NULL,
  likes   BIGINT UNSIGNED NOT NULL,
  hot     INT UNSIGNED NOT NULL,
  PRIMARY KEY (tag_id, post_id),
  KEY post_tags_by_post (post_id),
  KEY post_tags_by_likes (tag_id, likes, post_id),
  KEY post_tags_by_hot (tag_id, hot, post_id),
  FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE,
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
