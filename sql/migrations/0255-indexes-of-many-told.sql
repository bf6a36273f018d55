-- Who of thousands was told of a text, and how many comments are new, are read from indexes alone.
ALTER TABLE notices
  DROP KEY notices_by_post,
  ADD KEY notices_by_post (post_id, read_at, user_id);
ALTER TABLE notices
  DROP KEY notices_by_comment,
  ADD KEY notices_by_comment (comment_id, read_at, user_id);
ALTER TABLE sessions
  DROP KEY sessions_by_user,
  ADD KEY sessions_by_user (user_id, used_at);
ALTER TABLE comments
  DROP KEY comments_by_post,
  ADD KEY comments_by_post (post_id, id, author_id, removed_at);
