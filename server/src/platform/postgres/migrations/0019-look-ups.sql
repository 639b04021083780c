-- A merge moves the pollings of one profile, and an erasure ends them: neither is to read those of everybody.
create index pollings_profile on pollings (workspace_id, profile_id);

-- The mails of an address, for its erasure. A column of its own: row-level security lets no `lower` of a condition near an
-- index, since it might tell of rows of others.
alter table mails add column recipient_key text collate "C" generated always as
  (lower(trim(recipient) collate "und-x-icu")) stored;
drop index mails_recipient;
create index mails_recipient on mails (workspace_id, recipient_key) where recipient_key <> '';
