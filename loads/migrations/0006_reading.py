"""How a file was read: its encoding, the sheet of a workbook, whether abbreviated numbers were taken."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('loads', '0005_inserted_after'),
    ]

    operations = [
        migrations.AddField(
            model_name='load',
            name='approximate',
            field=models.BooleanField(default=False, help_text='Reads abbreviated numbers: 1.2M as 1,200,000'),
        ),
        migrations.AddField(
            model_name='load',
            name='encoding',
            field=models.CharField(blank=True, help_text='Encoding of a text file that names none itself', max_length=40),
        ),
        migrations.AddField(
            model_name='load',
            name='sheet',
            field=models.TextField(blank=True, help_text='Sheet of a workbook; the first one if none is named'),
        ),
    ]
