-- Merges are listed newest first, page by page.
create index profile_merges_newest on profile_merges (workspace_id, merged_at desc, id desc);
