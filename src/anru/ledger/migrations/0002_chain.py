from django.db import migrations

CHAIN = """
CREATE FUNCTION ledger_field(value text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT convert_to('|' || octet_length(coalesce(value, '')) || ':', 'UTF8')
         || convert_to(coalesce(value, ''), 'UTF8');
$$;

CREATE FUNCTION ledger_at(value timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(value AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
$$;

CREATE FUNCTION ledger_hash(prev text, number bigint, e ledger_entry) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(
    convert_to(prev || number::text, 'UTF8')
    || ledger_field(e.id::text) || ledger_field(ledger_at(e.at)) || ledger_field(e.event)
    || ledger_field(e.actor_person_id::text) || ledger_field(e.actor_membership_id::text)
    || ledger_field(e.actor_role) || ledger_field(e.scope_path) || ledger_field(e.subject_kind)
    || ledger_field(e.subject_id) || ledger_field(e.clause) || ledger_field(e.facts_text)), 'hex');
$$;

-- Runs when the transaction commits: the lock is held for the commit only, so writers queue for milliseconds and
-- cannot deadlock with the rows that they changed before.
CREATE FUNCTION ledger_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  last record;
  fresh ledger_entry;
BEGIN
  PERFORM pg_advisory_xact_lock(4046768, 1);
  SELECT seq, hash INTO last FROM ledger_head WHERE one;
  SELECT * INTO fresh FROM ledger_entry WHERE id = NEW.id;
  UPDATE ledger_entry
     SET seq = last.seq + 1, prev_hash = last.hash, hash = ledger_hash(last.hash, last.seq + 1, fresh)
   WHERE id = NEW.id;
  UPDATE ledger_head SET seq = e.seq, hash = e.hash FROM ledger_entry e WHERE e.id = NEW.id;
  RETURN NULL;
END $$;

CREATE TABLE ledger_head (one boolean PRIMARY KEY DEFAULT true CHECK (one), seq bigint NOT NULL, hash text NOT NULL);
INSERT INTO ledger_head (seq, hash) VALUES (0, repeat('0', 64));

CREATE CONSTRAINT TRIGGER seal_at_commit AFTER INSERT ON ledger_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_seal();

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER keep_sealed BEFORE UPDATE ON ledger_entry FOR EACH ROW
  WHEN (OLD.hash IS NOT NULL) EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER keep_rows BEFORE DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER keep_table BEFORE TRUNCATE ON ledger_entry EXECUTE FUNCTION ledger_refuse();
CREATE FUNCTION ledger_blank() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.seq := NULL; NEW.prev_hash := NULL; NEW.hash := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER born_unsealed BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_blank();

ALTER TABLE ledger_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY appended ON ledger_entry FOR INSERT WITH CHECK (true);
CREATE POLICY territory ON ledger_entry FOR SELECT USING (
  (scope_path >= (SELECT current_setting('anru.low', true))
   AND scope_path < (SELECT current_setting('anru.high', true)))
  OR actor_person_id = (SELECT NULLIF(current_setting('anru.person', true), '')::uuid));
"""
UNDO = """
DROP TABLE ledger_head;
DROP TRIGGER seal_at_commit ON ledger_entry;
DROP TRIGGER keep_sealed ON ledger_entry;
DROP TRIGGER keep_rows ON ledger_entry;
DROP TRIGGER keep_table ON ledger_entry;
DROP TRIGGER born_unsealed ON ledger_entry;
DROP FUNCTION ledger_seal();
DROP FUNCTION ledger_refuse();
DROP FUNCTION ledger_blank();
DROP FUNCTION ledger_hash(text, bigint, ledger_entry);
DROP FUNCTION ledger_at(timestamptz);
DROP FUNCTION ledger_field(text);
DROP POLICY appended ON ledger_entry;
DROP POLICY territory ON ledger_entry;
ALTER TABLE ledger_entry DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(CHAIN, UNDO)]
