-- What a purchase moved is found in the ledger by its number.
alter table purchases drop column payment_movement, drop column earning_movement;

-- The last of the indexes: until statistics are taken PostgreSQL cannot tell them apart, and takes the newest. Most
-- look-ups of movements are those of a customer.
drop index points_movements_profile;
create index points_movements_profile on points_movements (workspace_id, profile_id, id);
