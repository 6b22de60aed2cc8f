"""What platforms accept and what models cost, as looked up on a day: a start, to be kept up to date in the admin."""

from datetime import date

from django.db import migrations

LOOKED_UP = date(2026, 11, 21)

RULES = [
    # platform, label, counting, caption, seen, title, hashtags, source
    ("facebook", "Facebook", "characters", 63_206, 125, None, 3,
     "Meta Business Help: post text; hashtags beyond a few are no help (Meta for Creators)"),
    ("instagram", "Instagram", "utf16", 2_200, 125, None, 5,
     "developers.facebook.com/docs/instagram-platform/content-publishing; five hashtags since December 2025, #ad among them"),
    ("linkedin", "LinkedIn", "characters", 3_000, 210, None, 5,
     "linkedin.com/help: post length; hashtags as LinkedIn for Marketing advises"),
    ("pinterest", "Pinterest", "characters", 500, 50, None, 20,
     "help.pinterest.com: Pin descriptions; 20 hashtags"),
    ("threads", "Threads", "bytes", 500, 300, None, 1,
     "developers.facebook.com/docs/threads: 500, emoji counted as UTF-8 bytes; one tag a post"),
    ("tiktok", "TikTok", "utf16", 2_200, 80, None, 5,
     "developers.tiktok.com/doc/content-posting-api: 2,200 in UTF-16 runes; five hashtags"),
    ("x", "X", "weighted", 280, 280, None, 2,
     "docs.x.com/fundamentals/counting-characters; two hashtags as business.x.com advises"),
    ("youtube", "YouTube", "bytes", 5_000, 100, 100, 60,
     "developers.google.com/youtube/v3/docs/videos: description 5,000 bytes, title 100; over 60 hashtags none counts"),
]  # fmt: skip

OPENAI = "openai.com/api/pricing"
PRICES = [
    # model, US dollars for a million tokens in and out, source
    ("gpt-4o", "2.50", "10.00", OPENAI),
    ("gpt-4o-mini", "0.15", "0.60", OPENAI),
    ("gpt-4.1", "2.00", "8.00", OPENAI),
    ("gpt-4.1-mini", "0.40", "1.60", OPENAI),
    ("gpt-4.1-nano", "0.10", "0.40", OPENAI),
    ("gpt-5", "1.25", "10.00", OPENAI),
    ("gpt-5-mini", "0.25", "2.00", OPENAI),
    ("gpt-5-nano", "0.05", "0.40", OPENAI),
    ("demo", "0", "0", "It runs here"),
]


def fill(apps, schema_editor):
    """Adds what is not there; what people have changed stays."""
    db = schema_editor.connection.alias
    PlatformRule = apps.get_model("briefs", "PlatformRule").objects.using(db)
    for platform, label, counting, caption, seen, title, hashtags, source in RULES:
        PlatformRule.get_or_create(
            platform=platform,
            defaults={
                "label": label,
                "counting": counting,
                "caption_limit": caption,
                "seen_limit": seen,
                "title_limit": title,
                "hashtag_limit": hashtags,
                "observed_on": LOOKED_UP,
                "source": source,
                "is_starter": True,
            },
        )
    ModelPrice = apps.get_model("briefs", "ModelPrice").objects.using(db)
    for model, input_price, output_price, source in PRICES:
        ModelPrice.get_or_create(
            model=model,
            defaults={
                "input_per_million": input_price,
                "output_per_million": output_price,
                "observed_on": LOOKED_UP,
                "source": source,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("briefs", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
