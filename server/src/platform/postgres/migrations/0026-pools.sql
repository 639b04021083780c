-- A workspace file may bring another pool of codes. Which one it was that was read so far (the hash of its codes; null:
-- none), and how many of its codes are gone, whoever has them: only both together say how many are left.
alter table reward_stocks
  add column pool_key bytea,
  add column pool_gone integer not null default 0;
