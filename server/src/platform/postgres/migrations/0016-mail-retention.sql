-- Mails that ended are dropped after a while, whatever became of them; what has an address is found by it.
update mails set ended_at = due_at where state = 'failed' and ended_at is null;
create index mails_ended on mails (workspace_id, ended_at) where ended_at is not null;
create index mails_recipient on mails (workspace_id, lower(recipient)) where recipient <> '';
