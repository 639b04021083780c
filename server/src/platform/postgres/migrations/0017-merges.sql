-- Since when another record outranks this one, which stands until its end all the same: where the other one goes
-- before, this one counts again. Null: it is the current one, or has ended.
alter table status_records add column aside_since timestamptz;

-- Journals of merges say what stood with the profile that was merged away.
update profile_merges m
set moved = jsonb_set(m.moved, '{status_records}', jsonb_build_object(
  'moved', m.moved -> 'status_records' -> 'numbers',
  'standing', coalesce((
    select jsonb_agg(jsonb_build_object(
      'number', s.number::text, 'is_current', true, 'aside_since', null, 'valid_to', s.valid_to,
      'changed_at', s.changed_at))
    from status_records s
    where s.workspace_id = m.workspace_id and s.number::text = m.moved -> 'status_records' ->> 'current'
  ), '[]'),
  'made', null,
  'at', m.merged_at
))
where m.moved -> 'status_records' ? 'numbers';

-- They keep parameters as they keep other rows of which a profile has one of each kind.
update profile_merges m
set moved = jsonb_set(m.moved, '{profile_parameters}', jsonb_build_object(
  'moved', (
    select coalesce(jsonb_agg(jsonb_build_object('name', name)), '[]')
    from jsonb_array_elements_text(m.moved -> 'profile_parameters' -> 'moved') name
  ),
  'dropped', (
    select coalesce(jsonb_agg(
      jsonb_build_object('workspace_id', m.workspace_id, 'profile_id', m.from_id) || dropped), '[]')
    from jsonb_array_elements(m.moved -> 'profile_parameters' -> 'dropped') dropped
  )
))
where m.moved ? 'profile_parameters';
