-- Of several attributions that a merge brings together one counts, and the others wait aside: what becomes of them when
-- a merge is undone follows from the rows, and not from the order in which merges were made and undone.
alter table attributions
  add column number bigint not null default random_number(),
  add column is_aside boolean not null default false,
  drop constraint attributions_pkey;
create unique index attributions_counting on attributions (workspace_id, friend_id, campaign_id) where not is_aside;
create index attributions_friend on attributions (workspace_id, friend_id, campaign_id);
alter table attributions add primary key (workspace_id, number);

-- What gave way stood in the journals of merges.
with journal as (
  select m.workspace_id, m.id, m.from_id, coalesce(s.survivor_id, m.into_id) as survivor_id,
    m.moved -> 'attributions.friend_id' as friends
  from profile_merges m
  left join merged_profiles s on s.workspace_id = m.workspace_id and s.id = m.into_id
  where m.cause = 'operator' and m.undone_at is null
    and jsonb_typeof(m.moved -> 'attributions.friend_id') = 'object'
),
gone as materialized (
  select journal.id as merge_id, journal.survivor_id, r.*, random_number() as new_number
  from journal
  cross join jsonb_array_elements_text(friends -> 'gone') row
  cross join jsonb_populate_record(null::attributions, row::jsonb) r
),
back as (
  insert into attributions (
    workspace_id, number, friend_id, campaign_id, advocate_id, share_code_number, share_number, binding_id, event_number,
    final, attributed_at, converted_at, conversion_event_number, is_aside
  )
  select gone.workspace_id, new_number, survivor_id, gone.campaign_id, s.profile_id, share_code_number, share_number,
    gone.binding_id, event_number, final, attributed_at, converted_at, conversion_event_number, true
  from gone join share_codes s on s.workspace_id = gone.workspace_id and s.number = gone.share_code_number
)
update profile_merges m
set moved = jsonb_set(m.moved, '{attributions.friend_id}', (
  select coalesce(jsonb_agg(jsonb_build_object('number', r.number::text, 'attributed_at', r.attributed_at)), '[]')
  from (
    select a.number, a.attributed_at
    from jsonb_array_elements_text(friends -> 'moved') row
    cross join jsonb_populate_record(null::attributions, row::jsonb) k
    join attributions a on a.workspace_id = m.workspace_id and a.friend_id = survivor_id
      and a.campaign_id = k.campaign_id and a.attributed_at = k.attributed_at
    union all
    select new_number, attributed_at from gone where gone.merge_id = m.id and gone.friend_id = m.from_id
  ) r
))
from journal where m.workspace_id = journal.workspace_id and m.id = journal.id;

update profile_merges m
set moved = jsonb_set(m.moved, '{attributions.advocate_id}', (
  select coalesce(jsonb_agg(jsonb_build_object(
    'number', a.number::text, 'share_code_number', a.share_code_number::text)), '[]')
  from jsonb_populate_recordset(null::attributions, m.moved -> 'attributions.advocate_id') k
  join attributions a
    on a.workspace_id = m.workspace_id and a.friend_id = k.friend_id and a.campaign_id = k.campaign_id
))
where m.cause = 'operator' and m.undone_at is null and m.moved ? 'attributions.advocate_id';
