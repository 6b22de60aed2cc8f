"""Gives the tables of Load and Reject the names that the app `loads` expects; its migration 0001 takes them over."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("performance", "0002_groups")]
    run_before = [("loads", "0001_initial")]

    operations = [
        migrations.AlterModelTable("load", "loads_load"),
        migrations.AlterModelTable("reject", "loads_reject"),
    ]
