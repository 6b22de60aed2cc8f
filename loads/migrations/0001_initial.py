"""Load and Reject, whose tables exist: performance made them, and its migration 0003 gives them their names here."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Load',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('draft', 'waiting for its columns to be matched'), ('queued', 'waiting for a worker'), ('running', 'running'), ('checked', 'checked, nothing changed'), ('loaded', 'loaded'), ('failed', 'failed, nothing changed'), ('interrupted', 'interrupted, nothing changed')], default='queued', max_length=12)),
                        ('file', models.TextField(help_text='Name of the file as it was given')),
                        ('upload', models.FileField(blank=True, upload_to='loads/%Y/%m/')),
                        ('sha256', models.CharField(blank=True, max_length=64)),
                        ('platform', models.TextField(blank=True, help_text='Platform of rows that name none')),
                        ('header', models.JSONField(blank=True, default=list, help_text="The file's column names, in order")),
                        ('mapping', models.JSONField(blank=True, default=dict, help_text="Our column → the file's column, where they differ")),
                        ('check_only', models.BooleanField(default=False, help_text='Do everything, then undo it')),
                        ('max_rejects', models.CharField(blank=True, help_text='Share (5%) or number of rejects to give up at', max_length=20)),
                        ('is_sample', models.BooleanField(default=False)),
                        ('origin', models.TextField(blank=True, help_text='Who brought it, where that is no user: an account of the machine')),
                        ('attempts', models.PositiveIntegerField(default=0, help_text='How often a process began it')),
                        ('phase', models.TextField(blank=True, help_text='What a running load is doing right now')),
                        ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ('started_at', models.DateTimeField(blank=True, null=True)),
                        ('finished_at', models.DateTimeField(blank=True, null=True)),
                        ('size', models.BigIntegerField(default=0, help_text='Bytes of the file; 0 where it is a pipe')),
                        ('position', models.BigIntegerField(default=0, help_text='Bytes read so far')),
                        ('rows', models.BigIntegerField(default=0)),
                        ('inserted', models.BigIntegerField(default=0)),
                        ('updated', models.BigIntegerField(default=0)),
                        ('lowered', models.BigIntegerField(default=0, help_text='Updated rows of which a counter went down')),
                        ('unchanged', models.BigIntegerField(default=0)),
                        ('merged', models.BigIntegerField(default=0, help_text='Further rows of a creator already named in this file')),
                        ('rejected', models.BigIntegerField(default=0)),
                        ('notes', models.JSONField(blank=True, default=list, help_text='What the reader should know: ignored columns, …')),
                        ('error', models.TextField(blank=True)),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['loaded', 'checked']), _negated=True), ('rows', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('inserted'), '+', models.F('updated')), '+', models.F('unchanged')), '+', models.F('merged')), '+', models.F('rejected'))), _connector='OR'), name='load_accounts_for_every_row')],
                    },
                ),
                migrations.CreateModel(
                    name='Reject',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('line', models.BigIntegerField(help_text='Line of the file, the header being line 1')),
                        ('raw', models.TextField(help_text='The line as it stood; bytes that are no text as \\xNN')),
                        ('reason', models.TextField()),
                        ('cells', models.JSONField(default=dict, help_text='Our column → the text found in it, as far as it could be read')),
                        ('load', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rejects', to='loads.load')),
                    ],
                    options={
                        'ordering': ['load', 'line'],
                        'indexes': [models.Index(fields=['load', 'line'], name='reject_by_line')],
                    },
                ),
            ],
        ),
    ]
