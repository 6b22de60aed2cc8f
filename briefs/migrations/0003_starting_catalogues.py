"""A modest set of personas, angles and evergreen hashtags to start from, marked as such; people's own replace it."""

from datetime import UTC, datetime

from django.db import migrations

# Name: description, keywords, platforms. The one without keywords is chosen where nothing in a request speaks for any.
PERSONAS = {
    "Everyday shopper": (
        "Buys for themselves and the household, compares before paying, and wants to see the thing used by somebody"
        " like them. Plain words, a clear benefit, no jargon.",
        [],
        [],
    ),
    "Fitness enthusiast": (
        "Trains several times a week, tracks progress and reads labels. Believes effort shown on camera, not promises.",
        ["fitness", "gym", "workout", "training", "running", "runner", "run", "yoga", "sport", "protein", "muscle",
         "marathon", "cycling", "athlete", "sneaker", "leggings", "smartwatch", "hydration"],
        ["instagram", "tiktok", "youtube"],
    ),
    "Beauty lover": (
        "Follows routines and ingredients, saves tutorials, and trusts before-and-after in real light over studio"
        " pictures.",
        ["beauty", "skincare", "skin", "makeup", "cosmetics", "serum", "moisturiser", "moisturizer", "sunscreen",
         "lipstick", "gloss", "mascara", "lotion", "hair", "shampoo", "fragrance", "perfume", "nails", "glow", "cream"],
        ["instagram", "tiktok", "pinterest"],
    ),
    "Food explorer": (
        "Cooks at home, tries new places, and shares what tastes good. Wants to hear the crunch and see the steam.",
        ["food", "recipe", "cooking", "kitchen", "snack", "coffee", "tea", "drink", "restaurant", "vegan", "baking",
         "chocolate", "breakfast", "lunch", "dinner", "meal", "sauce", "beverage", "cookware"],
        ["instagram", "tiktok", "pinterest"],
    ),
    "Tech early adopter": (
        "Reads specifications, watches reviews to the end, and is first among friends to try. Wants numbers, a real"
        " test, and the flaws named.",
        ["tech", "technology", "gadget", "phone", "smartphone", "laptop", "headphones", "earbuds", "app", "software",
         "ai", "camera", "gaming", "wearable", "smart home", "charger", "speaker", "battery"],
        ["youtube", "x"],
    ),
    "Style seeker": (
        "Puts outfits together from new and old, looks for fit and how it moves, and asks where it is from.",
        ["fashion", "style", "outfit", "clothing", "clothes", "dress", "shoes", "bag", "jewellery", "jewelry",
         "streetwear", "denim", "jacket", "collection", "accessories", "sunglasses"],
        ["instagram", "tiktok", "pinterest"],
    ),
    "Curious traveller": (
        "Plans the next trip on the way home from the last. Wants the place as it is, what it costs and how to get"
        " there.",
        ["travel", "trip", "hotel", "flight", "holiday", "vacation", "luggage", "suitcase", "backpack", "destination",
         "adventure", "beach", "city break", "tourism", "camping", "hiking"],
        ["instagram", "youtube", "pinterest"],
    ),
    "Busy parent": (
        "Short of time and sleep, buys what is safe and saves a step, and trusts other parents. Humour about the"
        " mess is welcome.",
        ["parent", "family", "kids", "children", "child", "baby", "toddler", "mum", "mom", "dad", "school", "toys",
         "nursery", "lunchbox", "stroller"],
        ["facebook", "instagram"],
    ),
    "Ambitious professional": (
        "Builds a career or a company, has ten minutes between meetings, and shares what makes colleagues better."
        " Wants the outcome first, then how.",
        ["b2b", "business", "career", "productivity", "saas", "startup", "marketing", "finance", "work", "office",
         "leadership", "hiring", "team", "invoice", "crm", "course", "webinar", "lead generation"],
        ["linkedin", "x"],
    ),
}  # fmt: skip

ANGLES = {
    "A day with it": (
        "Follow the product through an ordinary day and let it turn up where it helps. The viewer sees use, not praise.",
        [],
        [],
    ),
    "Problem, then relief": (
        "Open on the annoyance everybody knows, name it in one sentence, then show how it goes away. No exaggeration.",
        ["problem", "solve", "solution", "relief", "pain", "fix", "easier", "save time", "stress"],
        [],
    ),
    "First impressions": (
        "Unbox and try it on camera for the first time: honest reactions, one thing liked, one thing to know.",
        ["launch", "new", "release", "introduce", "unboxing", "debut", "announce", "drop", "preorder"],
        ["youtube", "tiktok"],
    ),
    "Before and after": (
        "Show the state before, the use, and the state after in the same light and place. Only what is true and"
        " typical.",
        ["transformation", "results", "glow", "makeover", "clean", "renovation", "improve", "skincare", "hair"],
        ["instagram", "tiktok", "pinterest"],
    ),
    "How to, step by step": (
        "Teach one thing in three to five steps that are useful even without the product, which makes one of them"
        " simpler.",
        ["how to", "tutorial", "teach", "educate", "education", "learn", "guide", "tips", "recipe", "explain", "demo"],
        ["youtube", "pinterest", "instagram"],
    ),
    "Honest test": (
        "Put a claim to a test that the viewer can repeat, and show the result whatever it is.",
        ["test", "review", "compare", "comparison", "proof", "trust", "credibility", "performance", "consideration"],
        ["youtube", "x"],
    ),
    "Join the challenge": (
        "Set a small task that anyone can film today, do it first, and ask viewers to answer with theirs.",
        ["challenge", "viral", "engagement", "community", "participation", "ugc", "user generated content", "fun"],
        ["tiktok", "instagram"],
    ),
    "Behind the scenes": (
        "Show who makes it, how, and what went wrong on the way. Faces and hands before logos.",
        ["brand awareness", "awareness", "story", "values", "sustainability", "sustainable", "handmade", "craft",
         "founder", "origin", "employer brand"],
        ["instagram", "linkedin", "threads"],
    ),
    "The offer, plainly": (
        "Say what it is, for whom, what it costs and until when, within the first seconds; then one reason to believe"
        " it.",
        ["sale", "discount", "offer", "promotion", "conversion", "purchase", "buy", "sign up", "download",
         "install", "booking", "black friday", "trial", "traffic", "lead generation"],
        ["facebook", "x"],
    ),
    "What I learned": (
        "A short lesson from experience: the situation, the mistake, what changed, and where the product came in.",
        ["thought leadership", "leadership", "career", "b2b", "lessons", "advice", "recommendation", "productivity"],
        ["linkedin", "threads", "x"],
    ),
    "Season's moment": (
        "Tie it to the day everybody is planning for, and show how it belongs there.",
        ["holiday", "christmas", "summer", "winter", "spring", "autumn", "new year", "valentine", "halloween",
         "ramadan", "diwali", "easter", "back to school", "gift", "gifting", "seasonal"],
        ["pinterest", "instagram", "facebook"],
    ),
}  # fmt: skip

TOPICS = {
    "fitness": ["fitness", "gym", "workout", "training", "running", "run", "sport", "yoga", "protein",
                "leggings"],
    "beauty": ["beauty", "skincare", "skin", "makeup", "cosmetics", "serum", "lipstick", "gloss", "mascara", "hair",
               "fragrance"],
    "food": ["food", "recipe", "cooking", "kitchen", "snack", "coffee", "drink", "restaurant"],
    "tech": ["tech", "technology", "gadget", "phone", "laptop", "headphones", "app", "software", "ai"],
    "travel": ["travel", "trip", "hotel", "flight", "vacation", "luggage", "adventure"],
    "fashion": ["fashion", "style", "outfit", "clothing", "dress", "shoes", "sneaker", "jeans", "leggings", "jewelry"],
    "home": ["home", "decor", "interior", "furniture", "diy", "garden"],
    "work": ["business", "b2b", "career", "productivity", "startup", "marketing", "leadership", "saas", "work"],
    "": [],  # of the platform itself
}  # fmt: skip

# Hashtag and what it is about, the strongest first.
TRENDS = {
    "instagram": {"#reels": "", "#instagood": "", "#explorepage": "", "#fitness": "fitness", "#skincare": "beauty",
                  "#foodie": "food", "#ootd": "fashion", "#travelgram": "travel", "#techreview": "tech"},
    "tiktok": {"#fyp": "", "#foryou": "", "#tiktokmademebuyit": "", "#gymtok": "fitness", "#beautytok": "beauty",
               "#foodtok": "food", "#fashiontok": "fashion", "#traveltok": "travel", "#techtok": "tech"},
    "youtube": {"#shorts": "", "#vlog": "", "#review": "", "#workout": "fitness", "#grwm": "beauty",
                "#recipe": "food", "#tech": "tech", "#travelvlog": "travel", "#haul": "fashion"},
    "x": {"#nowtrending": "", "#mondaymotivation": "", "#tipoftheday": "", "#fitfam": "fitness", "#tech": "tech",
          "#foodies": "food", "#buildinpublic": "work", "#traveltuesday": "travel", "#fashion": "fashion"},
    "facebook": {"#smallbusiness": "", "#community": "", "#shoplocal": "", "#homeworkout": "fitness",
                 "#easyrecipes": "food", "#homedecor": "home", "#familytravel": "travel", "#beautytips": "beauty"},
    "linkedin": {"#innovation": "", "#careers": "work", "#leadership": "work", "#productivity": "work",
                 "#technology": "tech", "#wellbeing": "fitness", "#businesstravel": "travel", "#futureofwork": ""},
    "threads": {"#threads": "", "#dailythoughts": "", "#recommendations": "", "#gymthreads": "fitness",
                "#beautythreads": "beauty", "#foodthreads": "food", "#techthreads": "tech",
                "#travelthreads": "travel"},
    "pinterest": {"#inspiration": "", "#aesthetic": "", "#ideas": "", "#homedecor": "home", "#outfitideas": "fashion",
                  "#easyrecipes": "food", "#skincareroutine": "beauty", "#travelideas": "travel",
                  "#workoutplan": "fitness"},
}  # fmt: skip
OBSERVED = datetime(2026, 11, 1, tzinfo=UTC)


def fill(apps, schema_editor):
    """Only what is empty: a catalogue that people filled is theirs."""
    db = schema_editor.connection.alias
    for name, entries in {"Persona": PERSONAS, "Angle": ANGLES}.items():
        model = apps.get_model("briefs", name)
        rows = [
            model(name=entry, description=description, keywords=keywords, platforms=platforms, is_starter=True)
            for entry, (description, keywords, platforms) in entries.items()
        ]
        fill_if_empty(model.objects.using(db), rows)
    trend = apps.get_model("briefs", "Trend")
    rows = [
        trend(
            platform=platform,
            hashtag=hashtag,
            topics=[topic.replace(" ", "") for topic in TOPICS[about]],
            score=round(1 - place / 10, 1),
            observed_at=OBSERVED,
            is_starter=True,
        )
        for platform, hashtags in TRENDS.items()
        for place, (hashtag, about) in enumerate(hashtags.items())
    ]
    fill_if_empty(trend.objects.using(db), rows)


def fill_if_empty(catalogue, rows):
    if not catalogue.exists():
        catalogue.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("briefs", "0002_platform_rules")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
