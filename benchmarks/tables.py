"""The tables of docs/benchmarks.md, written from results.json: page and measurements cannot differ."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- written by make bench -->\n", "<!-- until here -->\n"


@dataclass(frozen=True)
class Figure:
    """A row of the table. `is_met` says whether the aim was reached; None where there is no aim."""

    what: str
    measured: str
    aim: str = ""
    is_met: bool | None = None


def published() -> dict[str, Any]:
    return json.loads(RESULTS.read_text())


def write_page(results: dict[str, Any]) -> None:
    PAGE.write_text(with_tables(PAGE.read_text(), results))


def with_tables(page: str, results: dict[str, Any]) -> str:
    """The page with everything between BEGIN and END replaced by the tables."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{tables(results)}{END}{after}"


def tables(results: dict[str, Any]) -> str:
    met = {True: "yes", False: "**no**", None: ""}
    rows = [(row.what, row.measured, row.aim, met[row.is_met]) for row in figures(results)]
    return "\n".join(
        [
            f"Measured on {results['machine']}.",
            "",
            *table(("figure", "measured", "aim", "reached"), rows),
            "",
            *table(("rows", "seconds", "seconds per million", "peak MB", "read p99"), growth(results)),
            "",
        ]
    )


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in (header, tuple("---" for _ in header), *rows)]


def growth(results: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            f"{point['rows']:,}",
            f"{point['seconds']:.1f}",
            f"{point['seconds_per_million']:.1f}",
            f"{point['peak_mb']:.0f}",
            f"{point['read_p99_ms']:.1f} ms",
        )
        for point in results["growth"]
    ]


def figures(results: dict[str, Any]) -> list[Figure]:
    return [
        *load_figures(results),
        *workbook_figures(results["workbooks"]),
        *api_figures(results["api"]),
        *brief_figures(results["briefs"]),
        *campaign_figures(results["campaigns"]),
    ]


def load_figures(results: dict[str, Any]) -> list[Figure]:
    load, small, peers = results["load"], results["small"], results["peers"]
    memory = {"1 M": load["peak_mb"] - load["idle_mb"], "5 M": results["growth"][-1]["peak_mb"] - load["idle_mb"]}
    return [
        Figure(
            "load 1 M rows, 0.1 % broken, whole command / `COPY` of clean rows in file order",
            f"{load['load_to_copy']:.2f} ({load['load_seconds']:.1f} s / {load['copy_seconds']:.1f} s)",
            "≤ 1.0",
            load["load_to_copy"] <= 1.0,
        ),
        Figure(
            "load the same file again / that `COPY`",
            f"{load['again_to_copy']:.2f} ({load['again_seconds']:.1f} s)",
            "≤ 0.6",
            load["again_to_copy"] <= 0.6,
        ),
        Figure(
            f"pandas in chunks / load, {peers['rows']:,} rows",
            f"{peers['pandas_to_load']:.1f}",
            "≥ 10",
            peers["pandas_to_load"] >= 10,
        ),
        Figure(
            f"`bulk_create` / load, {peers['rows']:,} rows",
            f"{peers['bulk_create_to_load']:.1f}",
            "≥ 4",
            peers["bulk_create_to_load"] >= 4,
        ),
        *(
            Figure(f"peak memory over the idle command, {rows} rows", f"{mb:.0f} MB", "< 64 MB", mb < 64)
            for rows, mb in memory.items()
        ),
        Figure(
            f"load {small['rows']:,} rows, whole command",
            f"{small['seconds']:.2f} s",
            "< 1.5 s",
            small["seconds"] < 1.5,
        ),
    ]


def workbook_figures(found: dict[str, Any]) -> list[Figure]:
    ratio = found["openpyxl_seconds"] / found["ours_seconds"]
    return [
        Figure(
            f"openpyxl / our reader of workbooks, {found['rows']:,} rows",
            f"{ratio:.1f} ({found['openpyxl_seconds']:.1f} s / {found['ours_seconds']:.1f} s)",
            "≥ 1",
            ratio >= 1,
        ),
        Figure(
            "seconds until the first row of that workbook, and of openpyxl",
            f"{found['ours_first_row_seconds']:.1f}, {found['openpyxl_first_row_seconds']:.1f} s",
        ),
        Figure(
            f"what a cell of {found['huge_cell_mb']:.0f} MB adds to the memory of that reader, and of openpyxl's",
            f"{found['ours_huge_cell_mb'] - found['ours_mb']:.0f}, "
            f"{found['openpyxl_huge_cell_mb'] - found['openpyxl_mb']:.0f} MB",
        ),
    ]


def api_figures(api: dict[str, Any]) -> list[Figure]:
    return [
        *(
            Figure(
                f"`GET /top-performers`, one process on one core, requests per second / {peer}",
                f"{api[f'ours_to_{name}']:.2f}, from {lowest:.2f} to {highest:.2f} in {api['rounds']} pairs "
                f"({api['ours_per_second']:,.0f} / {api[f'{name}_per_second']:,.0f})",
                aim,
                api[f"ours_to_{name}"] >= 0.8 if aim else None,
            )
            for name, peer, aim in (
                ("fastapi", "FastAPI + asyncpg", "≥ 0.8, better 1.0"),
                ("fastapi_asgi", "the same with a plain ASGI middleware", ""),
            )
            for lowest, highest in [api[f"ours_to_{name}_range"]]
        ),
        Figure(
            f"p99 at {api['equal_load']} requests per second, and of FastAPI + asyncpg",
            f"{api['ours_p99_ms']:.1f} ms, {api['fastapi_p99_ms']:.1f} ms",
        ),
    ]


def brief_figures(briefs: dict[str, Any]) -> list[Figure]:
    hit, miss, alone, at_once, memory = (briefs[name] for name in ("hit", "miss", "alone", "at_once", "memory"))
    return [
        Figure(
            f"`POST /generate-brief`, a repeated request, {hit['offered']} per second to one process: p50, p95, p99",
            f"{hit['p50_ms']:.1f}, {hit['p95_ms']:.1f}, {hit['p99_ms']:.1f} ms",
            "p95 < 10 ms",
            hit["p95_ms"] < 10,
        ),
        Figure(
            "`POST /generate-brief`, new requests one after another, queue and demo model included: median",
            f"{miss['median_ms']:.0f} ms",
            "< 50 ms",
            miss["median_ms"] < 50,
        ),
        Figure(
            "a generation without the queue / pydantic-ai with the same prompts, tools, database and server",
            f"{alone['ours_to_pydantic_ai']:.2f} ({alone['ours_ms']:.1f} / {alone['pydantic_ai_ms']:.1f} ms)",
            "≤ 1.0",
            alone["ours_to_pydantic_ai"] <= 1.0,
        ),
        Figure(
            "requests to the model per brief, and of pydantic-ai",
            f"{alone['ours_requests']:.1f}, {alone['pydantic_ai_requests']:.1f}",
            "no more",
            alone["ours_requests"] <= alone["pydantic_ai_requests"],
        ),
        Figure(
            "peak memory of that process, and of pydantic-ai's",
            f"{alone['ours_mb']:.0f}, {alone['pydantic_ai_mb']:.0f} MB",
        ),
        Figure(
            "100 new requests at once, 64 threads, a model that takes 2 s per request",
            f"{at_once['seconds']:.1f} s, {at_once['ready']} written",
            f"near {at_once['floor_seconds']} s",
            at_once["seconds"] < 1.25 * at_once["floor_seconds"] and at_once["ready"] == 100,
        ),
        Figure("the worker's memory meanwhile, over idle", f"{at_once['peak_mb'] - at_once['idle_mb']:.0f} MB"),
        Figure(
            f"the worker's memory after {memory['briefs'] // 5} and after {memory['briefs']} briefs",
            f"{memory['early_mb']:.0f}, {memory['late_mb']:.0f} MB",
            "flat",
            memory["late_mb"] < 1.1 * memory["early_mb"],
        ),
    ]


def campaign_figures(found: dict[str, Any]) -> list[Figure]:
    return [
        *(
            Figure(
                f"{what} / the same view without",
                f"{found[f'{name}_ratio']:.2f} ({found[f'{name}_ms']:.1f} / {found[f'{name}_plain_ms']:.1f} ms), "
                f"{found['rounds']} pairs",
                "≤ 1.5",
                found[f"{name}_ratio"] <= 1.5,
            )
            for name, what in (
                ("create", "`POST /campaigns` with a key and its event"),
                ("move", "`PUT /campaigns/…/creators/…`, a new state with its event"),
            )
        ),
        Figure(
            f"a campaign's page, {found['creators']} creators in table or board, {found['events']:,} events: p50, p95; "
            "an empty one's",
            f"{found['page_p50_ms']:.0f}, {found['page_p95_ms']:.0f} ms; {found['empty_page_p50_ms']:.0f}, "
            f"{found['empty_page_p95_ms']:.0f} ms",
            "p95 ≤ 150 ms",
            found["page_p95_ms"] <= 150,
        ),
        Figure(
            f"the picker of creators at {found['profiles']:,} profiles: p50, p95; and asked for nothing",
            f"{found['picker_p50_ms']:.1f}, {found['picker_p95_ms']:.1f} ms; {found['empty_picker_p50_ms']:.1f}, "
            f"{found['empty_picker_p95_ms']:.1f} ms",
            "p95 ≤ 50 ms",
            found["picker_p95_ms"] <= 50,
        ),
    ]
