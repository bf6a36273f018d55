-- A board of phpBB 3.3, made by hand, as mysqldump and phpMyAdmin write one.
/*!40101 SET NAMES utf8mb4 */;

DROP TABLE IF EXISTS `club_acl_groups`;
CREATE TABLE `club_acl_groups` (
  `group_id` mediumint(8) unsigned NOT NULL DEFAULT 0,
  `forum_id` mediumint(8) unsigned NOT NULL DEFAULT 0,
  `auth_option_id` mediumint(8) unsigned NOT NULL DEFAULT 0,
  `auth_role_id` mediumint(8) unsigned NOT NULL DEFAULT 0,
  `auth_setting` tinyint(2) NOT NULL DEFAULT 0,
  KEY `group_id` (`group_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COMMENT='a ; and a '' within';
LOCK TABLES `club_acl_groups` WRITE;
INSERT INTO `club_acl_groups` VALUES (1,3,0,17,0),(1,4,14,0,1),(2,5,14,0,1),(1,6,14,0,0),(1,6,0,17,0);
UNLOCK TABLES;
CREATE TABLE `club_acl_options` (
  `auth_option_id` mediumint(8) unsigned NOT NULL AUTO_INCREMENT,
  `auth_option` varchar(50) NOT NULL DEFAULT '',
  PRIMARY KEY (`auth_option_id`)
);
INSERT INTO `club_acl_options` VALUES (14,'f_read'),(15,'f_post');
CREATE TABLE `club_acl_roles_data` (
  `role_id` int,
  `auth_option_id` int,
  `auth_setting` int
);
INSERT INTO `club_acl_roles_data` VALUES (17,14,1),(17,15,0);
CREATE TABLE `club_attachments` (
  `attach_id` int,
  `post_msg_id` int,
  `topic_id` int,
  `in_message` int,
  `is_orphan` int,
  `physical_filename` varchar(255),
  `real_filename` varchar(255),
  `attach_comment` text,
  `mimetype` varchar(100)
);
INSERT INTO `club_attachments` VALUES (1,10,7,0,0,'2_abc','bread.png','Our &quot;bread&quot;','image/png'),
(2,10,7,0,0,'2_def','recipe.pdf','','application/pdf'),(3,14,8,0,0,'2_gone','gone.png','','image/png'),
(4,10,0,1,0,'2_mail','mail.png','','image/png');
CREATE TABLE `club_banlist` (
  `ban_id` int,
  `ban_userid` int,
  `ban_end` int
);
INSERT INTO `club_banlist` VALUES (1,4,0),(2,0,0);
CREATE TABLE `club_config` (
  `config_name` varchar(255),
  `config_value` varchar(255),
  `is_dynamic` tinyint(1)
);
INSERT INTO `club_config` VALUES ('avatar_salt','5a17',0),('board_startdate','1200000000',0);
CREATE TABLE `club_forums` (
  `forum_id` int,
  `parent_id` int,
  `left_id` int,
  `forum_name` varchar(255),
  `forum_desc` text,
  `forum_password` varchar(255),
  `forum_type` tinyint(4)
);
INSERT INTO `club_forums` VALUES (1,0,1,'Kitchen','','',0),
(3,1,2,'Bread &amp; cake','<r>All <B><s>[b]</s>baking<e>[/b]</e></B></r>','',1),
(4,2,5,'Talk','','',1),(2,0,4,'Town','','',0),(5,1,3,'Talk','','',1),
(6,0,8,'Board','','',1),(9,9,9,'Link','','',2);
CREATE TABLE `club_groups` (
  `group_id` int,
  `group_type` int,
  `group_name` varchar(255)
);
INSERT INTO `club_groups` VALUES (1,3,'GUESTS'),(2,3,'REGISTERED'),(5,3,'ADMINISTRATORS'),(6,3,'BOTS');
CREATE TABLE `club_posts` (
  `post_id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `topic_id` int(10) unsigned NOT NULL DEFAULT 0,
  `poster_id` int(10) unsigned NOT NULL DEFAULT 0,
  `post_time` int(11) unsigned NOT NULL DEFAULT 0,
  `post_username` varchar(255) NOT NULL DEFAULT '',
  `post_text` mediumtext NOT NULL,
  `post_edit_time` int(11) unsigned NOT NULL DEFAULT 0,
  `post_visibility` tinyint(3) NOT NULL DEFAULT 0,
  `post_delete_time` int(11) unsigned NOT NULL DEFAULT 0,
  `post_delete_reason` varchar(255) NOT NULL DEFAULT '',
  PRIMARY KEY (`post_id`)
);
INSERT INTO `club_posts` (`post_id`, `topic_id`, `poster_id`, `post_time`, `post_username`,
  `post_text`, `post_edit_time`, `post_visibility`, `post_delete_time`, `post_delete_reason`) VALUES
(10, 7, 2, 1300000000, '',
  '<r>Käse &amp; *Brot*<br/>\n\'quoted\' and ''twice''; <URL url=\"https://a.org/\"><s>[url=https://a.org/]</s>here<e>[/url]</e></URL></r>',
  1300000100, 1, 0, ''),
(11, 7, 1, 1300000200, 'Passer_by', '<t>I was here</t>', 0, 1, 0, ''),
(12, 7, 3, 1300000300, '',
  '<r><QUOTE author=\"ana\" post_id=\"10\"><s>[quote=ana]</s>Käse<e>[/quote]</e></QUOTE>\nYes</r>', 0, 1, 0, ''),
(13, 7, 3, 1300000400, '', '<t>Rude</t>', 0, 2, 1300000500, 'not kind'),
(14, 8, 3, 4000000000, '', 0x4772fcdf65, 0, 1, 0, ''),
(15, 8, 99, 1300000600, '', '[b:1a2b3c4d]old[/b:1a2b3c4d] text', 0, 1, 0, ''),
(16, 9, 2, 1300000700, '', '<t>Only for some</t>', 0, 1, 0, ''),
(17, 10, 3, 1300000800, '', '<t>Waits</t>', 0, 0, 0, ''),
(18, 77, 3, 1300000900, '', '<t>Of no topic</t>', 0, 1, 0, '');
CREATE TABLE `club_privmsgs` (
  `msg_id` int
);
INSERT INTO `club_privmsgs` VALUES (1),(2);
CREATE TABLE `club_thanks` (
  `post_id` int,
  `poster_id` int,
  `user_id` int,
  `thanks_time` int
);
INSERT INTO `club_thanks` VALUES (10,2,3,1300001000),(10,2,5,1300001001),(12,3,2,1300001002);
CREATE TABLE `club_topics` (
  `topic_id` int,
  `forum_id` int,
  `topic_title` varchar(255),
  `topic_status` int,
  `topic_visibility` int,
  `topic_first_post_id` int,
  `topic_moved_id` int,
  `topic_delete_reason` varchar(255),
  `poll_start` int
);
INSERT INTO `club_topics` VALUES (7,3,'Käse &amp; Brot 🍞',1,1,10,0,'',1300000000),
(8,4,'<b>No markup</b>',0,1,14,0,'',0),
(9,5,'Inside',0,1,16,0,'',0),(10,4,'Waiting',0,0,17,0,'',0),
(11,3,'Moved',2,1,10,7,'',0),(12,99,'In no forum',0,1,18,0,'',0);
CREATE TABLE `club_topics_watch` (
  `topic_id` int,
  `user_id` int,
  `notify_status` int
);
INSERT INTO `club_topics_watch` VALUES (7,3,0),(7,3,1);
CREATE TABLE `club_user_group` (
  `group_id` int,
  `user_id` int,
  `user_pending` int
);
INSERT INTO `club_user_group` VALUES (5,3,1),(2,3,0);
CREATE TABLE `club_users` (
  `user_id` int,
  `user_type` int,
  `username` varchar(255),
  `user_password` varchar(255),
  `user_email` varchar(100),
  `user_regdate` int,
  `user_inactive_time` int,
  `user_avatar` varchar(255),
  `user_avatar_type` varchar(255),
  `user_lang` varchar(30)
);
INSERT INTO `club_users` VALUES (1,2,'Anonymous','','',1200000000,0,'','','en'),
(2,3,'ana &amp; co','$2y$04$4Zp19haspMSVzbHefAbFHOoygFjR0HBV8O0TYsWOk7eNXzxjELO0.','ana@example.org',
  1200000000,0,'2_1300000000.png','avatar.driver.upload','de_x_sie'),
(3,0,'bo','$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0','bo@',1200000001,0,'','','ar'),
(4,0,'cem','md5:0123','',1200000002,0,'','','en'),
(5,1,'dora','','dora@example.org',1200000003,1200000004,'','','en'),
(6,2,'Google [Bot]','','',1200000005,0,'','','en');
