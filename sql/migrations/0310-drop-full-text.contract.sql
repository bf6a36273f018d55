ALTER TABLE posts DROP INDEX posts_by_words;
ALTER TABLE comments DROP INDEX comments_by_words;
