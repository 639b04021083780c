/** Statements that find what must never be. */
export const wrongs = {
  'two current statuses, or none': `select profile_id from status_records where workspace_id = $1
    group by 1 having count(*) filter (where is_current) <> 1`,
  'an identifier of nobody': `select * from identifiers i where workspace_id = $1 and not exists (
    select from profiles p where p.workspace_id = $1 and p.id = i.profile_id)`,
  'two identifiers of a single kind': `select profile_id, kind from identifiers where workspace_id = $1
    and kind in ('customer_id', 'partner_user_id', 'email', 'phone') group by 1, 2 having count(*) > 1`,
  'a customer id that is not the identifier': `select p.id, p.customer_id, i.value from profiles p
    left join identifiers i on i.workspace_id = $1 and i.profile_id = p.id and i.kind = 'customer_id'
    where p.workspace_id = $1 and p.customer_id is distinct from i.value`,
  'an e-mail that is not the identifier': `select p.id, p.email, i.value from profiles p
    left join identifiers i on i.workspace_id = $1 and i.profile_id = p.id and i.kind = 'email'
    where p.workspace_id = $1 and p.email is not null and lower(p.email) is distinct from i.value`,
  'a known profile that is not told': `select p.id from profiles p where p.workspace_id = $1 and known_at is null
    and exists (select from identifiers i where i.workspace_id = $1 and i.profile_id = p.id
      and i.kind not in ('anonymous_id', 'cookie_id'))`,
  'a column that is not its attribute': `select id from profiles where workspace_id = $1
    and (first_name is distinct from attributes ->> 'firstName' or phone is distinct from attributes ->> 'mobile')`,
  'a phone identifier that is not the phone': `select i.* from identifiers i
    join profiles p on p.workspace_id = $1 and p.id = i.profile_id
    where i.workspace_id = $1 and i.kind = 'phone' and i.value is distinct from p.phone`,
  'a friend of their own': `select * from attributions
    where workspace_id = $1 and friend_id = advocate_id and not is_aside and converted_at is null`,
  'an attribution that does not count, and none that does': `select friend_id from attributions
    where workspace_id = $1 and (friend_id <> advocate_id or converted_at is not null)
    group by friend_id, campaign_id having count(*) filter (where not is_aside) <> 1`,
  'an advocate who has not the code': `select a.*, s.profile_id from attributions a left join share_codes s
    on s.workspace_id = $1 and s.number = a.share_code_number
    where a.workspace_id = $1 and a.advocate_id is distinct from s.profile_id`,
  'a stock that is not its grants': `select * from reward_stocks s where workspace_id = $1 and issued <> (
    select count(*) from grants g where g.workspace_id = $1 and g.reward_id = s.reward_id and state <> 'withdrawn')`,
  'a cancellation with somebody else': `select p.* from purchases p join purchases c
    on c.workspace_id = $1 and c.number = p.cancels
    where p.workspace_id = $1 and p.profile_id is distinct from c.profile_id`,
  'a held card that names nobody': `select c.* from cards c left join identifiers i
    on i.workspace_id = $1 and i.kind = 'card' and i.value = c.card_number
    where c.workspace_id = $1 and c.profile_id is distinct from i.profile_id`,
  'a source that names nobody': `select r.* from source_records r left join identifiers i
    on i.workspace_id = $1 and i.kind = 'external_id' and i.value = r.external_id and i.scope = r.source_id
    where r.workspace_id = $1 and r.external_id is not null and r.profile_id is distinct from i.profile_id`,
  'a device without its binding': `select * from devices d where workspace_id = $1 and not exists (
    select from device_bindings b where b.workspace_id = $1 and b.id = d.binding_id and b.device_id = d.id)`,
  'a reservation of nobody': `select * from points_reservations r where workspace_id = $1 and not exists (
    select from profiles p where p.workspace_id = $1 and p.id = r.profile_id)`,
} as const satisfies Readonly<Record<string, string>>
