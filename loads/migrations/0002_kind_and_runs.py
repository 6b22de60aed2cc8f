"""Loads have a kind, so far always performance; `attempts` is left to requests over HTTP."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loads", "0001_initial")]

    operations = [
        migrations.AddField(
            "load",
            "kind",
            models.CharField(default="performance", help_text="Which kind of rows the file holds", max_length=40),
            preserve_default=False,
        ),
        migrations.RenameField("load", "attempts", "runs"),
        migrations.AlterField(
            model_name='load',
            name='check_only',
            field=models.BooleanField(default=False, help_text='Dry run: validates, merges, rolls back'),
        ),
        migrations.AlterField(
            model_name='load',
            name='kind',
            field=models.CharField(help_text='Which kind of rows the file holds', max_length=40),
        ),
        migrations.AlterField(
            model_name='load',
            name='merged',
            field=models.BigIntegerField(default=0, help_text='Rows added up into another row of the same file'),
        ),
        migrations.AlterField(
            model_name='load',
            name='origin',
            field=models.TextField(blank=True, help_text='Who brought the file, where no user did: an account of the machine'),
        ),
        migrations.AlterField(
            model_name='load',
            name='runs',
            field=models.PositiveIntegerField(default=0, help_text='How many processes began the load'),
        ),
        migrations.AlterField(
            model_name='load',
            name='size',
            field=models.BigIntegerField(default=0, help_text='Bytes of the file; 0 for a pipe'),
        ),
    ]
