from django.db import migrations

from anru.accounts import rowsecurity


class Migration(migrations.Migration):
    dependencies = [("inbox", "0001_initial"), ("accounts", "0002_walls")]

    operations = [
        rowsecurity.enable("inbox_notice"),
        rowsecurity.policy("inbox_notice", "own", f"({rowsecurity.OWN_PERSON} OR {rowsecurity.SYSTEM})"),
        rowsecurity.policy("inbox_notice", "told", "true", command="INSERT"),
    ]
