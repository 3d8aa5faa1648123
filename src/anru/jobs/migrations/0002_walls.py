from django.db import migrations

from anru.accounts import rowsecurity


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("accounts", "0002_walls")]

    operations = [
        *rowsecurity.territory("jobs_job"),
        rowsecurity.policy("jobs_job", "own", rowsecurity.OWN_PERSON),
    ]
