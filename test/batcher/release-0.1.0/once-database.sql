-- What release 0.1.0 had in MySQL.
INSERT INTO users (id, name, name_key) VALUES (1, 'ana', X'24d4b96f58da6d4a8512313bbd02a28ebf0ca95dec6e4c86ef78ce7f01e788ac');
INSERT INTO users (id, name, name_key) VALUES (2, 'bo', X'3d099d0f13df9d0bb4427a6ce99d61b988861761e286d6e34b17d6371b46b13f');
INSERT INTO users (id, name, name_key) VALUES (3, 'cem', X'b1331f460eb46539c16b982906590f7d772f069f6dfa20eba4cb861f3f1fb34a');
INSERT INTO users (id, name, name_key) VALUES (4, 'dora', X'69db31976ead37b85cc42a49c95fd06eec99cfd9b7ff219a25c0f59cb4049343');
INSERT INTO categories (id, name, name_key) VALUES (1, 'general', X'd4e91d1e604c33bb66121e0f2b69dc53605a136f5bc16e144fde101972ada3b0');
INSERT INTO posts (id, category_id, likes, title, body) VALUES (1, 1, 2, 'A post', 'Its text');
INSERT INTO likes (post_id, user_id) VALUES (1, 1);
INSERT INTO likes (post_id, user_id) VALUES (1, 2);
INSERT INTO like_batches (batcher, number, likes, posts, entries, hash) VALUES ('batcher-1', 1, 2, 1, '[[1,2]]', '21b537641e8abc285c0f7cc3190ef7360cb975a82e35c3ae0e960d029e378ee3');
