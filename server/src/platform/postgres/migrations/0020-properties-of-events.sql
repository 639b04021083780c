-- Of an event when it was received: its records end with the month of events in which it lies.
alter table property_records add column received_at timestamptz;

update property_records r
set received_at = (
  select e.received_at from events e where e.workspace_id = r.workspace_id and e.number = r.owner_id::bigint limit 1
)
where r.owner_kind = 'event';
delete from property_records where owner_kind = 'event' and received_at is null;

create index property_records_received on property_records (workspace_id, received_at) where received_at is not null;
