-- Readers keep their place among rows as (transaction_id, …), and transaction numbers are the cluster's: in another one,
-- into which a dump was restored, they begin low again. There every stored place would lie in the future, and no reader
-- would find anything new. So the numbers that rows carry are the cluster's and as many more as keep them rising.
--
-- How many is a constant in the bodies of two functions. A dump takes it along; a statement has it built in, which costs
-- nothing worth measuring, and is planned anew when it changes. Read from a table it would be a look-up for each row.

create function define_transaction_numbers(ahead bigint) returns void language plpgsql as $$
begin
  -- The number of the transaction that writes a row.
  execute format(
    'create or replace function transaction_number() returns xid8 language sql stable
     return (pg_current_xact_id()::text::bigint + %s)::text::xid8', ahead);
  -- Every transaction with a number below this one has ended: its rows are there for whoever looks from now on.
  execute format(
    'create or replace function settled_before() returns xid8 language sql stable
     return (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + %s)::text::xid8', ahead);
end $$;

select define_transaction_numbers(0);
alter table events alter column transaction_id set default transaction_number();
alter table profile_changes alter column transaction_id set default transaction_number();

-- Raises the numbers above all that are stored, where the cluster has not come as far: it is another one then. Looks at
-- each table that has such numbers, so that one that comes later is looked at too. True where it raised them.
create function resume_transaction_numbers() returns boolean language plpgsql as $$
declare
  numbered regclass;
  last xid8 := '0';
  found xid8;
  ahead bigint;
  cluster_first bigint;
  cluster_next bigint;
begin
  for numbered in
    select c.oid from pg_class c join pg_attribute a on a.attrelid = c.oid
    where a.attname = 'transaction_id' and a.atttypid = 'xid8'::regtype and not a.attisdropped
      and c.relkind in ('r', 'p') and not c.relispartition and pg_table_is_visible(c.oid)
  loop
    execute format(
      'select max(newest.transaction_id) from workspaces w
       cross join lateral (
         select r.transaction_id from %s r where r.workspace_id = w.id order by r.transaction_id desc limit 1
       ) newest', numbered) into found;
    last := greatest(last, found);
  end loop;
  -- Later than all of the above, so that what others wrote meanwhile is below.
  select pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint,
    settled_before()::text::bigint - pg_snapshot_xmin(now)::text::bigint
  into cluster_first, cluster_next, ahead
  from pg_current_snapshot() now;
  if last::text::bigint < cluster_next + ahead then
    return false;
  end if;
  -- Beyond, by the oldest running transaction, so that what was restored is settled at once.
  perform define_transaction_numbers(last::text::bigint + 1 - cluster_first);
  return true;
end $$;

revoke execute on function define_transaction_numbers(bigint), resume_transaction_numbers() from public;
