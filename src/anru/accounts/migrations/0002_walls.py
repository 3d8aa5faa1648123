from django.db import migrations

from anru.accounts import rowsecurity

BEGIN = """
CREATE FUNCTION anru_set_scope(person text, membership text, low text, high text, review text) RETURNS void
LANGUAGE sql AS $$
  SELECT set_config('anru.person', person, true), set_config('anru.membership', membership, true),
         set_config('anru.low', low, true), set_config('anru.high', high, true),
         set_config('anru.review', review, true);
$$;

CREATE FUNCTION anru_begin(p_person uuid, p_membership uuid)
RETURNS TABLE (membership uuid, organisation uuid, kind text, role text, path text, reviews text[],
               person_name text, organisation_name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  SELECT m.id, o.id, o.kind, m.role, m.scope_path, p.name, o.name
    INTO membership, organisation, kind, role, path, person_name, organisation_name
    FROM accounts_membership m
    JOIN accounts_person p ON p.id = m.person_id
    JOIN accounts_organisation o ON o.id = m.organisation_id
   WHERE m.person_id = p_person AND (p_membership IS NULL OR m.id = p_membership)
     AND m.ended_at IS NULL AND p.is_active AND o.disabled_at IS NULL
   ORDER BY m.created_at, m.id LIMIT 1;
  IF NOT FOUND THEN
    PERFORM anru_set_scope('', '', '', '', '');
    RETURN;
  END IF;
  reviews := ARRAY(
    SELECT g.scope_path FROM accounts_scopegrant g
     WHERE g.organisation_id = organisation AND g.purpose = 'review' AND g.revoked_at IS NULL
       AND g.opens_at <= now() AND now() < g.closes_at
       AND role IN ('reviewer', 'provider_manager')
     ORDER BY 1);
  PERFORM anru_set_scope(p_person::text, membership::text, path, left(path, -1) || '0',
                         array_to_string(reviews, ','));
  RETURN NEXT;
END $$;

-- Names an organisation's live members of some roles to whoever has something to tell them, whatever their scope.
CREATE FUNCTION anru_members_to_notify(p_organisation uuid, p_roles text[]) RETURNS SETOF accounts_membership
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT m.* FROM accounts_membership m JOIN accounts_person p ON p.id = m.person_id
   WHERE m.organisation_id = p_organisation AND m.role = ANY (p_roles) AND m.ended_at IS NULL AND p.is_active
   ORDER BY m.id;
$$;

CREATE FUNCTION anru_begin_system() RETURNS void LANGUAGE sql AS $$
  SELECT anru_set_scope('', '', '', '~', '');
$$;

CREATE FUNCTION anru_begin_nobody() RETURNS void LANGUAGE sql AS $$
  SELECT anru_set_scope('', '', '', '', '');
$$;
"""
END = """
DROP FUNCTION anru_begin(uuid, uuid);
DROP FUNCTION anru_members_to_notify(uuid, text[]);
DROP FUNCTION anru_begin_system();
DROP FUNCTION anru_begin_nobody();
DROP FUNCTION anru_set_scope(text, text, text, text, text);
"""

# A grant names its organisation; who reviews for that organisation may read it beside the office that gave it.
OWN_GRANT = (
    "organisation_id IN (SELECT m.organisation_id FROM accounts_membership m"
    " WHERE m.id = (SELECT NULLIF(current_setting('anru.membership', true), '')::uuid))"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(BEGIN, END),
        rowsecurity.follows_owner("accounts_membership", "organisation_id", "accounts_organisation"),
        rowsecurity.follows_owner("accounts_invitation", "organisation_id", "accounts_organisation"),
        *rowsecurity.territory("accounts_organisation"),
        rowsecurity.enable("accounts_membership"),
        rowsecurity.policy("accounts_membership", "territory", rowsecurity.TERRITORY),
        rowsecurity.policy("accounts_membership", "own", rowsecurity.OWN_PERSON, command="SELECT"),
        *rowsecurity.territory("accounts_invitation"),
        *rowsecurity.territory("accounts_scopegrant"),
        rowsecurity.policy("accounts_scopegrant", "own", OWN_GRANT, command="SELECT"),
    ]
