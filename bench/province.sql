-- A generated province: %(enterprises)s enterprises with one space and six obligations each, half-way through a
-- campaign, with what was submitted and thirty days of snapshots. Runs as the owner; triggers count as in production.
CREATE TEMP TABLE seat AS
SELECT n, gen_random_uuid() AS id, gen_random_uuid() AS space, gen_random_uuid() AS site, gen_random_uuid() AS part,
       t.id AS town, t.path AS town_path,
       (ARRAY['machinery','light_industry','textile','building_materials','nonferrous','metallurgy','commerce','tobacco'])[1 + n %% 8]
         AS industry
  FROM generate_series(1, %(enterprises)s) n
  JOIN (SELECT id, path, row_number() OVER (ORDER BY path) AS k, count(*) OVER () AS all_n
          FROM accounts_region WHERE level = 4 AND code LIKE '99%%') t ON t.k = 1 + n %% t.all_n;
ALTER TABLE seat ADD COLUMN path text;
UPDATE seat SET path = town_path || replace(id::text, '-', '') || '/';

INSERT INTO accounts_organisation (id, kind, name, region_id, scope_path, created_at)
SELECT id, 'enterprise', '基准企业' || n, town, path, now() FROM seat;
INSERT INTO registry_enterprise (organisation_id, scope_path, credit_code, name, name_pinyin, industry, town_id, address,
  principal_name, principal_phone, contact_name, contact_phone, category, created_at, updated_at)
SELECT id, path, '91990000MA' || lpad(n::text, 8, '0'), '基准企业' || n, 'jizhunqiye' || n, industry, town, '', '', '', '', '',
       'in_scope', now(), now() FROM seat;
INSERT INTO registry_site (id, enterprise_id, scope_path, name, address)
SELECT site, id, path, '厂区', '' FROM seat;
INSERT INTO registry_confinedspace (id, enterprise_id, site_id, scope_path, number, name, space_class, sub_type, opening,
  location, entrances_n, entrance_note, hazards, consequences, controls, isolation_kind, isolation_state, lock_keeper,
  card_token, created_at, updated_at, retired_reason)
SELECT space, id, site, path, 'S1', '污水池', 'underground', 'sewage_pool', 'closed', '', 1, '', '{h2s}', '{}', '', '', 'none', '',
       replace(space::text, '-', ''), now(), now(), '' FROM seat;
INSERT INTO campaigns_participation (id, campaign_id, enterprise_id, scope_path, industry, total_n, done_n, joined_at, left_reason)
SELECT part, c.id, s.id, s.path, s.industry, 0, 0, now(), '' FROM seat s, campaigns_campaign c WHERE c.document_number = %(document)s;
INSERT INTO campaigns_obligation (id, campaign_id, participation_id, item_id, enterprise_id, space_id, scope_path, state, due_on,
  submitted_at, decided_at, note, created_at, updated_at)
SELECT gen_random_uuid(), c.id, s.part, i.id, s.id, CASE WHEN i.per = 'space' THEN s.space END, s.path, r.state, c.due_on,
       CASE WHEN r.state IN ('submitted', 'accepted', 'returned') THEN now() - random() * interval '9 days' END,
       CASE WHEN r.state IN ('accepted', 'returned') THEN now() - random() * interval '2 days' END, '', now(), now()
  FROM seat s
  JOIN campaigns_campaign c ON c.document_number = %(document)s
  JOIN campaigns_requireditem i ON i.campaign_id = c.id
  CROSS JOIN LATERAL (SELECT (ARRAY['owed','owed','draft','submitted','accepted','accepted','accepted','returned'])
                               [1 + (s.n * 7 + i.position * 3 + s.n / 11) %% 8] AS state) r;
INSERT INTO campaigns_submission (id, obligation_id, enterprise_id, scope_path, number, person_id, organisation_id, statement,
  fields, created_at, updated_at, submitted_at)
SELECT gen_random_uuid(), o.id, o.enterprise_id, o.scope_path, 1, p.id, o.enterprise_id, '', '{}', now(), now(), o.submitted_at
  FROM campaigns_obligation o, accounts_person p
 WHERE o.submitted_at IS NOT NULL AND p.username = %(author)s;
INSERT INTO campaigns_snapshot (campaign_id, region_id, scope_path, day, total_n, complete_n, owed_n, accepted_n, taken_at)
SELECT c.id, r.id, r.path, d::date, 1000, 10 * (d::date - c.starts_on), 6000, 60 * (d::date - c.starts_on), now()
  FROM campaigns_campaign c, accounts_region r, generate_series(c.starts_on, c.starts_on + 29, interval '1 day') d
 WHERE c.document_number = %(document)s;
DROP TABLE seat;
