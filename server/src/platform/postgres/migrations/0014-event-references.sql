-- The sender's second id for an event: with the type, the profile and the reference it says whether one came before.
alter table events add column secondary_reference text collate "C";
-- An event is found by what its sender calls it. Those that have no such id cost nothing.
create index events_reference on events (workspace_id, reference, profile_id) where reference is not null;
