-- A board of Flarum 1.8, made by hand, as mysqldump writes one.
/*!40101 SET NAMES utf8mb4 */;

CREATE TABLE `fl_discussions` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `title` varchar(200) COLLATE utf8mb4_unicode_ci NOT NULL,
  `comment_count` int(11) NOT NULL DEFAULT 1,
  `created_at` datetime NOT NULL,
  `user_id` int(10) unsigned DEFAULT NULL,
  `first_post_id` int(10) unsigned DEFAULT NULL,
  `hidden_at` datetime DEFAULT NULL,
  `slug` varchar(255) COLLATE utf8mb4_unicode_ci NOT NULL,
  `is_private` tinyint(1) NOT NULL DEFAULT 0,
  `is_approved` tinyint(1) NOT NULL DEFAULT 1,
  `is_locked` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`)
);
INSERT INTO `fl_discussions` VALUES
(1,'Käse & Brot 🍞',6,'2019-03-01 10:00:00',1,1,NULL,'kase-brot',0,1,1),
(2,'<b>No markup</b>',1,'2096-10-02 07:06:40',2,10,NULL,'no-markup',0,1,0),
(3,'Inside',1,'2019-03-02 10:00:00',1,11,NULL,'inside',0,1,0),
(4,'Among us two',2,'2019-03-02 11:00:00',1,12,NULL,'among-us-two',1,1,0),
(5,'Waits',1,'2019-03-02 12:00:00',2,14,NULL,'waits',1,0,0),
(6,'Gone',1,'2019-03-02 13:00:00',2,15,'2019-03-03 00:00:00','gone',0,1,0),
(7,'Empty',0,'2019-03-02 14:00:00',2,NULL,NULL,'empty',0,1,0),
(8,'Without a tag',1,'2019-03-02 15:00:00',NULL,16,NULL,'without-a-tag',0,1,0),
(9,'Its text is hidden',1,'2019-03-02 16:00:00',2,17,NULL,'its-text-is-hidden',0,1,0),
(10,'To some',1,'2019-03-02 17:00:00',2,18,NULL,'to-some',0,1,0);
CREATE TABLE `fl_discussion_tag` (
  `discussion_id` int(10) unsigned NOT NULL,
  `tag_id` int(10) unsigned NOT NULL
);
INSERT INTO `fl_discussion_tag` VALUES (1,1),(1,2),(1,6),(1,7),(2,3),(3,5),
(3,3),(4,1),(5,4),(6,1),(7,1),(9,1),(9,8);
CREATE TABLE `fl_discussion_user` (
  `user_id` int(10) unsigned NOT NULL,
  `discussion_id` int(10) unsigned NOT NULL,
  `last_read_at` datetime DEFAULT NULL,
  `subscription` enum('follow','ignore') DEFAULT NULL
);
INSERT INTO `fl_discussion_user` VALUES (2,1,NULL,'follow'),(3,1,NULL,'ignore'),(1,1,NULL,NULL),(2,4,NULL,'follow');
CREATE TABLE `fl_flags` (
  `id` int(10) unsigned NOT NULL
);
INSERT INTO `fl_flags` VALUES (1);
CREATE TABLE `fl_group_permission` (
  `group_id` int(10) unsigned NOT NULL,
  `permission` varchar(100) NOT NULL
);
INSERT INTO `fl_group_permission` VALUES (2,'viewForum'),(3,'discussion.reply'),(3,'tag5.viewForum'),
(2,'tag2.viewForum');
CREATE TABLE `fl_group_user` (
  `user_id` int(10) unsigned NOT NULL,
  `group_id` int(10) unsigned NOT NULL
);
INSERT INTO `fl_group_user` VALUES (1,1),(2,4);
CREATE TABLE `fl_posts` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `discussion_id` int(10) unsigned NOT NULL,
  `number` int(10) unsigned DEFAULT NULL,
  `created_at` datetime NOT NULL,
  `user_id` int(10) unsigned DEFAULT NULL,
  `type` varchar(100) DEFAULT NULL,
  `content` mediumtext COMMENT ' ',
  `edited_at` datetime DEFAULT NULL,
  `hidden_at` datetime DEFAULT NULL,
  `is_private` tinyint(1) NOT NULL DEFAULT 0,
  `is_approved` tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`)
);
INSERT INTO `fl_posts` VALUES
(1,1,1,'2019-03-01 10:00:00',1,'comment','<r><H2><s>## </s>Käse</H2>\n\n<p><STRONG><s>**</s>Gut<e>**</e></STRONG> &amp; *rein* <EMOJI seq=\"1f600\">:D</EMOJI> <USERMENTION displayname=\"bo\" id=\"2\" slug=\"bo\">@\"bo\"#2</USERMENTION></p>\n\n<p><UPL-IMAGE-PREVIEW alt=\"bread\" url=\"https://old.example.org/assets/files/2019-03-01/1-bread.png\" uuid=\"x\">[upl-image-preview uuid=x url=https://old.example.org/assets/files/2019-03-01/1-bread.png]</UPL-IMAGE-PREVIEW></p>\n\n<LIST><LI><s>- </s><p>one <URL url=\"https://a.org/\"><s>[</s>a<e>](https://a.org/)</e></URL></p></LI>\n<LI><s>- </s><p><C><s>`</s>x*y<e>`</e></C></p></LI></LIST></r>','2019-03-01 11:00:00',NULL,0,1),
(2,1,2,'2019-03-01 10:01:00',2,'comment','<r><p><POSTMENTION discussionid=\"1\" displayname=\"ana\" id=\"1\" number=\"1\">@\"ana\"#p1</POSTMENTION> Yes</p></r>',NULL,NULL,0,1),
(3,1,3,'2019-03-01 10:02:00',1,'discussionRenamed','["Brot","Käse & Brot"]',NULL,NULL,0,1),
(4,1,4,'2019-03-01 10:03:00',3,'comment','<r><QUOTE><i>&gt; </i><p>Yes</p></QUOTE>\n\n<p>No</p></r>',NULL,NULL,0,1),
(5,1,5,'2019-03-01 10:04:00',3,'comment','<t><p>I answer what comes</p></t>',NULL,NULL,0,1),
(6,1,6,'2019-03-01 10:05:00',99,'comment','<t><p>And I what was</p></t>',NULL,NULL,0,1),
(7,1,7,'2019-03-01 10:06:00',2,'comment','<t><p>Rude</p></t>',NULL,'2019-03-01 12:00:00',0,1),
(8,1,8,'2019-03-01 10:07:00',2,'comment','<t><p>For one alone</p></t>',NULL,NULL,1,1),
(9,1,9,'2019-03-01 10:08:00',2,'comment','<r><p><IMG alt=\"\" src=\"/assets/files/2019-03-01/2-cake.png\"><s>![</s><e>](/assets/files/2019-03-01/2-cake.png)</e></IMG></p></r>',NULL,NULL,0,1);
INSERT INTO `fl_posts` VALUES
(10,2,1,'2096-10-02 07:06:40',2,'comment',0x3c743e3c703e4772fcdf653c2f703e3c2f743e,NULL,NULL,0,1);
/*!40101 SET NAMES cp1251 */;
INSERT INTO `fl_posts` VALUES
(11,3,1,'2019-03-02 10:00:00',1,'comment',0x3c743e3c703ecff0e8e2e5f23c2f703e3c2f743e,NULL,NULL,0,1);
/*!40101 SET NAMES utf8mb4 */;
INSERT INTO `fl_posts` VALUES
(12,4,1,'2019-03-02 11:00:00',1,'comment','<t><p>A secret</p></t>',NULL,NULL,0,1),
(13,4,2,'2019-03-02 11:01:00',2,'comment','<t><p>Another secret</p></t>',NULL,NULL,0,1),
(14,5,1,'2019-03-02 12:00:00',2,'comment','<t><p>Waits</p></t>',NULL,NULL,1,0),
(15,6,1,'2019-03-02 13:00:00',2,'comment','<t><p>Gone</p></t>',NULL,NULL,0,1),
(16,8,1,'2019-03-02 15:00:00',NULL,'comment','Plain <b',NULL,NULL,0,1),
(17,9,1,'2019-03-02 16:00:00',2,'comment','<t><p>Unkind</p></t>',NULL,'2019-03-02 17:00:00',0,1),
(18,10,1,'2019-03-02 17:00:00',2,'comment','<t><p>To some alone</p></t>',NULL,NULL,0,1),
(19,77,1,'2019-03-02 18:00:00',2,'comment','<t><p>Of no discussion</p></t>',NULL,NULL,0,1);
CREATE TABLE `fl_post_likes` (
  `post_id` int(10) unsigned NOT NULL,
  `user_id` int(10) unsigned NOT NULL,
  `created_at` timestamp NULL DEFAULT NULL
);
INSERT INTO `fl_post_likes` VALUES (1,2,'2019-03-01 10:10:00'),(1,3,NULL),(2,1,'2019-03-01 10:11:00');
CREATE TABLE `fl_post_mentions_post` (
  `post_id` int(10) unsigned NOT NULL,
  `mentions_post_id` int(10) unsigned NOT NULL
);
INSERT INTO `fl_post_mentions_post` VALUES (2,1),(4,2),(5,6),(6,5),(7,7),(9,4),(9,10);
CREATE TABLE `fl_polls` (
  `id` int(10) unsigned NOT NULL
);
INSERT INTO `fl_polls` VALUES (1);
CREATE TABLE `fl_recipients` (
  `id` int(10) unsigned NOT NULL,
  `discussion_id` int(10) unsigned DEFAULT NULL,
  `user_id` int(10) unsigned DEFAULT NULL
);
INSERT INTO `fl_recipients` VALUES (1,10,3);
CREATE TABLE `fl_settings` (
  `key` varchar(100) NOT NULL,
  `value` text
);
INSERT INTO `fl_settings` VALUES ('forum_title','Club; it''s ours'),('version','1.8.5');
CREATE TABLE `fl_tags` (
  `id` int(10) unsigned NOT NULL,
  `name` varchar(100) NOT NULL,
  `slug` varchar(100) NOT NULL,
  `description` text,
  `position` int(11) DEFAULT NULL,
  `parent_id` int(10) unsigned DEFAULT NULL,
  `is_restricted` tinyint(1) NOT NULL DEFAULT 0
);
INSERT INTO `fl_tags` VALUES (1,'Kitchen','kitchen','All of it',0,NULL,0),(2,'Talk','kitchen-talk',NULL,0,1,1),
(3,'Town','town',NULL,1,NULL,0),(4,'Talk','town-talk',NULL,0,3,0),(5,'Board','board','',2,NULL,1),
(6,'Rye bread','rye-bread','',NULL,NULL,0),(7,'2019','2019','',NULL,NULL,0),(8,'Staff','staff','',NULL,NULL,1);
CREATE TABLE `fl_users` (
  `id` int(10) unsigned NOT NULL,
  `username` varchar(100) NOT NULL,
  `nickname` varchar(150) DEFAULT NULL,
  `email` varchar(150) NOT NULL,
  `is_email_confirmed` tinyint(1) NOT NULL DEFAULT 0,
  `password` varchar(100) NOT NULL,
  `avatar_url` varchar(100) DEFAULT NULL,
  `preferences` blob,
  `joined_at` datetime DEFAULT NULL,
  `suspended_until` datetime DEFAULT NULL
);
INSERT INTO `fl_users` VALUES
(1,'ana','Ana!','ana@example.org',1,'$2y$04$6KwBT88qObE0f6tta35YUO1CgZ9lmBNFA66TyMLpze7nezqcl2c1e','abc.png','{"locale":"de"}','2019-02-22 03:27:01',NULL),
(2,'Bo',NULL,'bo@example.org',0,'$2y$04$95E8fte3zTAynhGcAMKJJOcEVN9uRMItds5Uhx/27pFI8nF82Dpdq','gone.png',NULL,'2019-02-22 03:27:02',NULL),
(3,'cem',NULL,'cem@',1,'legacy:0123',NULL,NULL,'2019-02-22 03:27:03','2038-01-01 00:00:00'),
(4,'ana',NULL,'ana.too@example.org',1,'',NULL,NULL,NULL,'2019-03-01 00:00:00');
