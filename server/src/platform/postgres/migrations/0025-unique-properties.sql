-- The definitions of properties whose values were last made ones that no other owner may have. Null: none were yet.
alter table workspaces add column keyed_properties jsonb;
