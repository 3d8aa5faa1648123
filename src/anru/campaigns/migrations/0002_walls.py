from django.db import migrations

from anru.accounts import rowsecurity

OWNED = [
    "campaigns_participation",
    "campaigns_obligation",
    "campaigns_submission",
    "campaigns_submissionfile",
    "campaigns_decision",
    "campaigns_urge",
]
# A campaign covers everyone below its region: it is seen from inside it, not only from above.
ABOVE = (
    f"({rowsecurity.TERRITORY}"
    " OR starts_with((SELECT current_setting('anru.low', true)), scope_path)"
    " OR EXISTS (SELECT 1 FROM unnest(string_to_array((SELECT current_setting('anru.review', true)), ','))"
    " AS p(path) WHERE p.path <> '' AND (starts_with(p.path, scope_path) OR starts_with(scope_path, p.path))))"
)
OWN_ASSIGNMENT = (
    "organisation_id IN (SELECT m.organisation_id FROM accounts_membership m"
    " WHERE m.id = (SELECT NULLIF(current_setting('anru.membership', true), '')::uuid))"
)

COUNT = """
CREATE FUNCTION campaigns_town_path(path text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT left(path, -33) $$;

CREATE FUNCTION campaigns_obligations_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO campaigns_tally (campaign_id, scope_path, kind, item_id, industry, state, n)
  SELECT campaign_id, campaigns_town_path(scope_path), 'obligation', item_id, '', state, count(*)
    FROM fresh GROUP BY 1, 2, 4, 6;
  UPDATE campaigns_participation p SET total_n = p.total_n + d.total, done_n = p.done_n + d.done
    FROM (SELECT participation_id, count(*) FILTER (WHERE state <> 'waived') AS total,
                 count(*) FILTER (WHERE state = 'accepted') AS done
            FROM fresh GROUP BY 1) d
   WHERE p.id = d.participation_id AND (d.total <> 0 OR d.done <> 0);
  RETURN NULL;
END $$;

CREATE FUNCTION campaigns_obligations_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO campaigns_tally (campaign_id, scope_path, kind, item_id, industry, state, n)
  SELECT campaign_id, town, 'obligation', item_id, '', state, sum(n) FROM (
    SELECT campaign_id, campaigns_town_path(scope_path) AS town, item_id, state, 1 AS n FROM fresh
    UNION ALL
    SELECT campaign_id, campaigns_town_path(scope_path), item_id, state, -1 FROM former) d
   GROUP BY 1, 2, 4, 6 HAVING sum(n) <> 0;
  UPDATE campaigns_participation p SET total_n = p.total_n + d.total, done_n = p.done_n + d.done
    FROM (SELECT participation_id,
                 coalesce(sum(n) FILTER (WHERE state <> 'waived'), 0) AS total,
                 coalesce(sum(n) FILTER (WHERE state = 'accepted'), 0) AS done
            FROM (SELECT participation_id, state, 1 AS n FROM fresh
                  UNION ALL SELECT participation_id, state, -1 FROM former) s
           GROUP BY 1) d
   WHERE p.id = d.participation_id AND (d.total <> 0 OR d.done <> 0);
  RETURN NULL;
END $$;

CREATE FUNCTION campaigns_participations_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO campaigns_tally (campaign_id, scope_path, kind, item_id, industry, state, n)
  SELECT campaign_id, campaigns_town_path(scope_path), 'enterprise', NULL, industry,
         CASE WHEN left_at IS NOT NULL THEN 'left' WHEN complete THEN 'complete' ELSE 'open' END, count(*)
    FROM fresh GROUP BY 1, 2, 5, 6;
  RETURN NULL;
END $$;

CREATE FUNCTION campaigns_participations_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO campaigns_tally (campaign_id, scope_path, kind, item_id, industry, state, n)
  SELECT campaign_id, town, 'enterprise', NULL, industry, state, sum(n) FROM (
    SELECT campaign_id, campaigns_town_path(scope_path) AS town, industry,
           CASE WHEN left_at IS NOT NULL THEN 'left' WHEN complete THEN 'complete' ELSE 'open' END AS state, 1 AS n
      FROM fresh
    UNION ALL
    SELECT campaign_id, campaigns_town_path(scope_path), industry,
           CASE WHEN left_at IS NOT NULL THEN 'left' WHEN complete THEN 'complete' ELSE 'open' END, -1
      FROM former) d
   GROUP BY 1, 2, 5, 6 HAVING sum(n) <> 0;
  RETURN NULL;
END $$;

CREATE TRIGGER count_added AFTER INSERT ON campaigns_obligation REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION campaigns_obligations_added();
CREATE TRIGGER count_changed AFTER UPDATE ON campaigns_obligation REFERENCING OLD TABLE AS former NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION campaigns_obligations_changed();
CREATE TRIGGER count_added AFTER INSERT ON campaigns_participation REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION campaigns_participations_added();
CREATE TRIGGER count_changed AFTER UPDATE ON campaigns_participation REFERENCING OLD TABLE AS former NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION campaigns_participations_changed();

-- Merges the signed counts of one campaign. Sums stay the same at every moment, for every reader.
CREATE FUNCTION campaigns_compact_tally(p_campaign uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  merged bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_campaign::text, 26));
  WITH gone AS (DELETE FROM campaigns_tally WHERE campaign_id = p_campaign RETURNING *),
       kept AS (INSERT INTO campaigns_tally (campaign_id, scope_path, kind, item_id, industry, state, n)
                SELECT campaign_id, scope_path, kind, item_id, industry, state, sum(n) FROM gone
                 GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0 RETURNING 1)
  SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM kept) INTO merged;
  RETURN merged;
END $$;
"""
UNCOUNT = """
DROP TRIGGER count_added ON campaigns_obligation;
DROP TRIGGER count_changed ON campaigns_obligation;
DROP TRIGGER count_added ON campaigns_participation;
DROP TRIGGER count_changed ON campaigns_participation;
DROP FUNCTION campaigns_obligations_added();
DROP FUNCTION campaigns_obligations_changed();
DROP FUNCTION campaigns_participations_added();
DROP FUNCTION campaigns_participations_changed();
DROP FUNCTION campaigns_compact_tally(uuid);
DROP FUNCTION campaigns_town_path(text);
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial"), ("evidence", "0002_walls")]

    operations = [
        migrations.RunSQL(COUNT, UNCOUNT),
        *[
            rowsecurity.follows_owner(table, "enterprise_id", "registry_enterprise", "organisation_id")
            for table in OWNED
        ],
        *[step for table in [*OWNED, "campaigns_tally", "campaigns_snapshot"] for step in rowsecurity.territory(table)],
        *[
            step
            for table in ("campaigns_campaign", "campaigns_requireditem")
            for step in (
                rowsecurity.enable(table),
                rowsecurity.policy(table, "below", ABOVE, command="SELECT"),
                rowsecurity.policy(table, "territory", rowsecurity.TERRITORY),
            )
        ],
        *rowsecurity.territory("campaigns_reviewassignment"),
        rowsecurity.policy("campaigns_reviewassignment", "own", OWN_ASSIGNMENT, command="SELECT"),
        *[
            rowsecurity.policy(table, "reviewed", rowsecurity.REVIEWED, command="SELECT")
            for table in (
                "campaigns_participation",
                "campaigns_obligation",
                "campaigns_submission",
                "campaigns_submissionfile",
                "campaigns_decision",
            )
        ],
        rowsecurity.policy("campaigns_obligation", "decided", rowsecurity.REVIEWED, command="UPDATE"),
        rowsecurity.policy("campaigns_decision", "written", rowsecurity.REVIEWED, command="INSERT"),
    ]
