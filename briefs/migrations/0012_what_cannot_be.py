"""What people type is refused where it cannot be; a negative price cannot be stored either."""

import briefs.catalogues.models
import django.core.validators
from django.db import migrations, models


def forget_negative_prices(apps, schema_editor):
    """A model without a price has an unknown one, which is what a negative price was."""
    prices = apps.get_model("briefs", "ModelPrice").objects.using(schema_editor.connection.alias)
    prices.filter(models.Q(input_per_million__lt=0) | models.Q(output_per_million__lt=0)).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('briefs', '0011_trend_load'),
    ]

    operations = [
        migrations.AlterField(
            model_name='angle',
            name='description',
            field=models.TextField(max_length=500, validators=[briefs.catalogues.models.something_visible]),
        ),
        migrations.AlterField(
            model_name='angle',
            name='name',
            field=models.CharField(max_length=100, unique=True, validators=[briefs.catalogues.models.something_visible]),
        ),
        migrations.AlterField(
            model_name='modelprice',
            name='model',
            field=models.CharField(max_length=100, primary_key=True, serialize=False, validators=[briefs.catalogues.models.something_visible]),
        ),
        migrations.AlterField(
            model_name='persona',
            name='description',
            field=models.TextField(max_length=500, validators=[briefs.catalogues.models.something_visible]),
        ),
        migrations.AlterField(
            model_name='persona',
            name='name',
            field=models.CharField(max_length=100, unique=True, validators=[briefs.catalogues.models.something_visible]),
        ),
        migrations.AlterField(
            model_name='platformrule',
            name='label',
            field=models.CharField(help_text='The name that people read', max_length=40, validators=[briefs.catalogues.models.something_visible]),
        ),
        migrations.AlterField(
            model_name='platformrule',
            name='platform',
            field=models.SlugField(help_text='The name in the API, in small letters', max_length=40, primary_key=True, serialize=False, validators=[django.core.validators.RegexValidator('^[a-z0-9_-]+\\Z', 'Write it in small letters a to z, with digits, - and _.')]),
        ),
        migrations.RunPython(forget_negative_prices, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='modelprice',
            constraint=models.CheckConstraint(condition=models.Q(('input_per_million__gte', 0), ('output_per_million__gte', 0)), name='modelprice_not_negative', violation_error_message='A price is zero or more US dollars.'),
        ),
    ]
