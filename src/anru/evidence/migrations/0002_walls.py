from django.db import migrations

from anru.accounts import rowsecurity

TABLES = ["evidence_upload", "evidence_file", "evidence_spacephoto"]


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial"), ("registry", "0002_walls")]

    operations = [
        *[
            rowsecurity.follows_owner(table, "enterprise_id", "registry_enterprise", "organisation_id")
            for table in TABLES
        ],
        *[step for table in TABLES for step in rowsecurity.territory(table)],
        *[
            rowsecurity.policy(table, "reviewed", rowsecurity.REVIEWED, command="SELECT")
            for table in ("evidence_file", "evidence_spacephoto")
        ],
    ]
