"""Help texts and labels in plainer words: state alone, no SQL."""

import briefs.catalogues.models
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('briefs', '0007_generated_and_cache_key'),
    ]

    operations = [
        migrations.AlterField(
            model_name='angle',
            name='is_active',
            field=models.BooleanField(default=True, help_text='Whether briefs may use it'),
        ),
        migrations.AlterField(
            model_name='angle',
            name='keywords',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, help_text='Words in a request that speak for this entry', size=None),
        ),
        migrations.AlterField(
            model_name='angle',
            name='platforms',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Where this entry works best; empty: anywhere', size=None),
        ),
        migrations.AlterField(
            model_name='brief',
            name='attempts',
            field=models.PositiveIntegerField(default=0, help_text="HTTP requests to the model's server, failed ones too"),
        ),
        migrations.AlterField(
            model_name='brief',
            name='cache_key',
            field=models.CharField(help_text='Hash of the request and of all that shapes the answer', max_length=64),
        ),
        migrations.AlterField(
            model_name='brief',
            name='cost',
            field=models.DecimalField(blank=True, decimal_places=6, help_text='US dollars; empty: unknown', max_digits=12, null=True),
        ),
        migrations.AlterField(
            model_name='brief',
            name='creative_angle',
            field=models.CharField(blank=True, help_text='Given in the request; empty: chosen by a tool', max_length=300),
        ),
        migrations.AlterField(
            model_name='brief',
            name='edited',
            field=models.JSONField(blank=True, help_text='The content as people changed it', null=True),
        ),
        migrations.AlterField(
            model_name='brief',
            name='failure',
            field=models.CharField(blank=True, choices=[('timed_out', 'The model did not answer in time.'), ('unreachable', "The model's server could not be reached, or dropped the connection."), ('rate_limited', "The model's server is asked too often at the moment."), ('server_error', "The model's server has a fault."), ('unauthorised', "The model's server refused our key."), ('quota', "The account at the model's server has no quota left."), ('bad_request', "The model's server refused the request."), ('not_configured', 'No model is configured: OPENAI_API_KEY or OPENAI_BASE_URL has to be set.'), ('broker_away', 'The task queue does not answer, so nothing could write this brief.'), ('interrupted', 'The workers that wrote this brief were stopped too often.'), ('refusal', 'The model refused to write this brief.'), ('empty', 'The model answered nothing.'), ('truncated', "The model's answer was cut off."), ('error_body', "The model's server answered 200 with an error or with no completion in it."), ('invalid', "The model's answer was no valid brief, even after it was told what was wrong."), ('broken', 'A fault on our side. The log has it.')], max_length=20),
        ),
        migrations.AlterField(
            model_name='brief',
            name='failure_detail',
            field=models.TextField(blank=True, help_text='For operators; holds neither key nor prompt'),
        ),
        migrations.AlterField(
            model_name='brief',
            name='generated',
            field=models.JSONField(blank=True, help_text="The model's content, mended by the rules", null=True),
        ),
        migrations.AlterField(
            model_name='brief',
            name='hashtags',
            field=models.JSONField(blank=True, default=list, help_text='Given in the request; empty: what is trending'),
        ),
        migrations.AlterField(
            model_name='brief',
            name='owner',
            field=models.UUIDField(blank=True, help_text='The run that holds the lease', null=True),
        ),
        migrations.AlterField(
            model_name='brief',
            name='persona',
            field=models.CharField(blank=True, help_text='Given in the request; empty: chosen by a tool', max_length=300),
        ),
        migrations.AlterField(
            model_name='brief',
            name='started_at',
            field=models.DateTimeField(blank=True, help_text='When the first worker began it', null=True),
        ),
        migrations.AlterField(
            model_name='decision',
            name='action',
            field=models.CharField(choices=[('edited', 'edited'), ('approved', 'approved'), ('rejected', 'rejected'), ('reopened', 'reopened'), ('regenerated', 'regenerated')], max_length=11),
        ),
        migrations.AlterField(
            model_name='decision',
            name='content',
            field=models.JSONField(blank=True, help_text='The content after an edit', null=True),
        ),
        migrations.AlterField(
            model_name='modelprice',
            name='observed_on',
            field=models.DateField(help_text='The day somebody looked this up'),
        ),
        migrations.AlterField(
            model_name='persona',
            name='is_active',
            field=models.BooleanField(default=True, help_text='Whether briefs may use it'),
        ),
        migrations.AlterField(
            model_name='persona',
            name='keywords',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, help_text='Words in a request that speak for this entry', size=None),
        ),
        migrations.AlterField(
            model_name='persona',
            name='platforms',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Where this entry works best; empty: anywhere', size=None),
        ),
        migrations.AlterField(
            model_name='platformrule',
            name='caption_limit',
            field=models.PositiveIntegerField(help_text="Maximum length of a post's text, counted that way"),
        ),
        migrations.AlterField(
            model_name='platformrule',
            name='hashtag_limit',
            field=models.PositiveIntegerField(help_text='How many hashtags count, the disclosure included'),
        ),
        migrations.AlterField(
            model_name='platformrule',
            name='hashtags_in_caption',
            field=models.BooleanField(default=True, help_text='Whether hashtags are part of the text and count towards its length'),
        ),
        migrations.AlterField(
            model_name='platformrule',
            name='label',
            field=models.CharField(help_text='The name that people read', max_length=40),
        ),
        migrations.AlterField(
            model_name='platformrule',
            name='observed_on',
            field=models.DateField(help_text='The day somebody looked this up'),
        ),
        migrations.AlterField(
            model_name='platformrule',
            name='platform',
            field=models.SlugField(help_text='The name in the API, in small letters', max_length=40, primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name='platformrule',
            name='seen_limit',
            field=models.PositiveIntegerField(help_text='How much of the text is seen before "more"'),
        ),
        migrations.AlterField(
            model_name='platformrule',
            name='source',
            field=models.TextField(help_text='Where it was looked up'),
        ),
        migrations.AlterField(
            model_name='platformrule',
            name='title_limit',
            field=models.PositiveIntegerField(blank=True, help_text='Maximum length of a title, where a post has one', null=True),
        ),
        migrations.AlterField(
            model_name='step',
            name='asked_by',
            field=models.CharField(blank=True, help_text='Who had a tool run: model or code', max_length=5),
        ),
        migrations.AlterField(
            model_name='step',
            name='attempts',
            field=models.JSONField(blank=True, default=list, help_text="A call's HTTP tries: status, milliseconds, error"),
        ),
        migrations.AlterField(
            model_name='step',
            name='name',
            field=models.CharField(help_text="A call's purpose, or a tool's name", max_length=100),
        ),
        migrations.AlterField(
            model_name='step',
            name='run',
            field=models.PositiveSmallIntegerField(help_text="The number of the worker's run, from 1"),
        ),
        migrations.AlterField(
            model_name='trend',
            name='score',
            field=models.FloatField(help_text="Strength by the source's own measure; compared within a platform"),
        ),
        migrations.AlterField(
            model_name='trend',
            name='topics',
            field=django.contrib.postgres.fields.ArrayField(base_field=briefs.catalogues.models.Topic(max_length=60), blank=True, default=list, help_text='What the hashtag is about', size=None),
        ),
    ]
