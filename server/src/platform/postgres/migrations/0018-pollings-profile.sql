-- A merge moves the pollings of one profile, and an erasure ends them: neither is to read those of everybody.
create index pollings_profile on pollings (workspace_id, profile_id);
