-- Whom a mail is written for, and whom it speaks of: it ends with them, whatever their address is by then.
alter table mails add column profile_id uuid;
create index mails_profile on mails (workspace_id, profile_id) where profile_id is not null;

-- The journal of a merge that was undone may speak of others, who had been merged into the profile before.
create index profile_merges_undone on profile_merges (workspace_id, id) where undone_at is not null;
