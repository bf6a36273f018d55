--
-- PostgreSQL database dump, of a board of Discourse 3.4, made by hand
--
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
CREATE TABLE public.categories (
    id integer NOT NULL,
    name character varying(50) NOT NULL
);
COPY public.categories (id,name,"position",parent_category_id,slug,description,read_restricted) FROM stdin;
3	Kitchen	1	\N	kitchen	<p>All of it &amp; more</p>	f
4	Talk	2	3	talk	\N	f
5	Staff	3	\N	staff	\N	t
6	Talk	4	\N	town-talk	\N	f
\.

COPY public.category_users (id, category_id, user_id, notification_level) FROM stdin;
1	3	2	4
\.

COPY public.polls (id, post_id) FROM stdin;
1	1
\.

COPY public.post_actions (id, post_id, user_id, post_action_type_id, deleted_at, created_at) FROM stdin;
1	1	2	2	\N	2020-03-01 10:10:00.5
2	1	3	2	\N	2020-03-01 10:11:00
3	1	4	2	2020-03-02 00:00:00	2020-03-01 10:12:00
4	2	1	2	\N	2020-03-01 10:13:00
5	1	3	3	\N	2020-03-01 10:14:00
\.

COPY public.posts (id,user_id,topic_id,post_number,raw,created_at,updated_at,reply_to_post_number,deleted_at,hidden,post_type,version) FROM stdin;
1	1	1	1	## Käse\n\n**Gut** & :bread: C:\\\\ovens\n\n![bread|640x480](upload://5yYqgpRXVAZrHgEAcMqfIEV6pTs.png)\n![other](upload://2.png)	2020-03-01 10:00:00.123	2020-03-01 11:00:00	\N	\N	f	1	2
2	2	1	2	[quote="ana, post:1, topic:1"]\nGut\n[quote="bo"]\nYes\n[/quote]\nNo\n[/quote]\n\nYes @ana	2020-03-01 10:01:00	2020-03-01 10:01:00	1	\N	f	1	1
3	3	1	3	No, ![x](upload://2.png)	2020-03-01 10:02:00	2020-03-01 10:02:00	2	\N	f	1	1
4	-1	1	4	closed	2020-03-01 10:03:00	2020-03-01 10:03:00	\N	\N	f	3	1
5	3	1	5	I answer what comes	2020-03-01 10:04:00	2020-03-01 10:04:00	6	\N	f	1	1
6	99	1	6	And I what was	2020-03-01 10:05:00	2020-03-01 10:05:00	5	\N	f	1	1
7	2	1	7	Rude	2020-03-01 10:06:00	2020-03-01 10:06:00	\N	2020-03-01 12:00:00	f	1	1
8	1	1	8	A whisper	2020-03-01 10:07:00	2020-03-01 10:07:00	\N	\N	f	4	1
9	-1	2	1	Welcome	2096-10-02 07:06:40	2096-10-02 07:06:40	\N	\N	f	1	1
10	1	3	1	Inside	2020-03-02 10:00:00	2020-03-02 10:00:00	\N	\N	f	1	1
11	1	4	1	A secret	2020-03-02 11:00:00	2020-03-02 11:00:00	\N	\N	f	1	1
12	2	5	1	Gone	2020-03-02 12:00:00	2020-03-02 12:00:00	\N	2020-03-03 00:00:00	f	1	1
13	2	6	1	Of no category	2020-03-02 13:00:00	2020-03-02 13:00:00	\N	\N	f	1	1
14	2	1	9	Gr\303\274n, Привет	2020-03-02 13:00:00	2020-03-02 13:00:00	\N	\N	f	1	1
\.

COPY public.reviewables (id, type, status) FROM stdin;
1	ReviewableQueuedPost	0
\.

COPY public.tags (id, name) FROM stdin;
1	rye-bread
2	2019
\.

COPY public.topic_tags (id, topic_id, tag_id) FROM stdin;
1	1	1
2	1	2
\.

COPY public.topic_users (user_id, topic_id, notification_level) FROM stdin;
2	1	3
3	1	0
1	1	1
2	4	3
\.

COPY public.topics (id,title,created_at,user_id,category_id,closed,archived,visible,archetype,deleted_at) FROM stdin;
1	Käse & Brot 🍞	2020-03-01 10:00:00.123	1	4	t	f	t	regular	\N
2	<b>No markup</b>	2096-10-02 07:06:40	-1	3	f	f	t	regular	\N
3	Inside	2020-03-02 10:00:00	1	5	f	f	t	regular	\N
4	Among us two	2020-03-02 11:00:00	1	\N	f	f	t	private_message	\N
5	Gone	2020-03-02 12:00:00	2	3	f	f	t	regular	2020-03-03 00:00:00
6	Nowhere	2020-03-02 13:00:00	2	99	f	f	t	regular	\N
7	Empty	2020-03-02 14:00:00	2	3	f	f	t	regular	\N
\.

COPY public.uploads (id, user_id, original_filename, url, sha1) FROM stdin;
1	1	bread.png	/uploads/default/original/1X/bread.png	29e36eebafbde5d536650abf9f1b03a481022708
2	1	me.png	/uploads/default/original/1X/me.png	aa
3	2	gone.png	/uploads/default/original/1X/gone.png	bb
\.

COPY public.user_emails (id, user_id, email, "primary") FROM stdin;
1	1	old@example.org	f
2	1	ana@example.org	t
3	2	bo@example.org	t
4	3	cem@	t
\.

COPY public.user_passwords (id, user_id, password_hash, password_salt, password_algorithm) FROM stdin;
1	1	166c0b5af3df289e5407312edeadb7df45bdaadf27ba8f0dd8c6110dd499d2cc	0123456789abcdef0123456789abcdef	$pbkdf2-sha256$i=1000,l=32$
2	3	legacy	salt	$md5$
\.

COPY public.users (id,username,created_at,active,admin,suspended_till,silenced_till,staged,uploaded_avatar_id,password_hash,salt) FROM stdin;
-1	system	2020-01-01 00:00:00	t	t	\N	\N	f	\N	\N	\N
1	ana	2020-01-02 00:00:00	t	t	\N	\N	f	2	\N	\N
2	Bo	2020-01-03 00:00:00	f	f	\N	\N	f	3	7cae517f9e4ec29dd6de5a7112a76656d3e672ca1011fe8fd1ecb6f5547fae36	fedcba9876543210fedcba9876543210
3	cem	2020-01-04 00:00:00	t	f	3020-01-01 00:00:00	2038-01-01 00:00:00	f	\N	\N	\N
4	ana	2020-01-05 00:00:00	t	f	2020-02-01 00:00:00	\N	f	\N	\N	\N
5	mailer	2020-01-06 00:00:00	f	f	\N	\N	t	\N	\N	\N
\.
