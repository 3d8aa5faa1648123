-- The regions of a generated province: 11 cities, about 94 districts, 15 towns in each.
INSERT INTO accounts_region (id, code, name, level, parent_id, path, managed_by)
VALUES (gen_random_uuid(), '99', '基准省', 1, NULL, '99/', '');
INSERT INTO accounts_region (id, code, name, level, parent_id, path, managed_by)
SELECT gen_random_uuid(), '99' || lpad(c::text, 2, '0'), '市' || c, 2, p.id, p.path || '99' || lpad(c::text, 2, '0') || '/', ''
  FROM generate_series(1, 11) c, accounts_region p WHERE p.code = '99';
INSERT INTO accounts_region (id, code, name, level, parent_id, path, managed_by)
SELECT gen_random_uuid(), p.code || lpad(d::text, 2, '0'), '区' || d, 3, p.id, p.path || p.code || lpad(d::text, 2, '0') || '/', ''
  FROM accounts_region p CROSS JOIN LATERAL generate_series(1, 8 + (right(p.code, 1)::int %% 2)) d
 WHERE p.level = 2 AND p.code LIKE '99%%';
INSERT INTO accounts_region (id, code, name, level, parent_id, path, managed_by)
SELECT gen_random_uuid(), p.code || lpad(t::text, 3, '0'), '镇' || t, 4, p.id, p.path || p.code || lpad(t::text, 3, '0') || '/', ''
  FROM accounts_region p CROSS JOIN LATERAL generate_series(1, 15) t WHERE p.level = 3 AND p.code LIKE '99%%';
