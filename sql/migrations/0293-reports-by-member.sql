-- What a member reported, which they may download.
ALTER TABLE reports ADD KEY reports_by_member (reporter_id, id);
