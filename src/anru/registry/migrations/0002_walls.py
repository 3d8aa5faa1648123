from django.db import migrations

from anru.accounts import rowsecurity

REVIEW_TABLES = ["registry_enterprise", "registry_site", "registry_confinedspace"]


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("accounts", "0002_walls")]

    operations = [
        rowsecurity.follows_owner("registry_enterprise", "organisation_id", "accounts_organisation"),
        *[
            rowsecurity.follows_owner(table, "enterprise_id", "registry_enterprise", "organisation_id")
            for table in ("registry_site", "registry_confinedspace")
        ],
        *[
            step
            for table in [*REVIEW_TABLES, "registry_rosterimport", "registry_rosterrow"]
            for step in rowsecurity.territory(table)
        ],
        *[rowsecurity.policy(table, "reviewed", rowsecurity.REVIEWED, command="SELECT") for table in REVIEW_TABLES],
    ]
