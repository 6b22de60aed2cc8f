"""Evaluates the model: has it write briefs for all kinds of requests, checks them, and fails below a score."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from briefs.generation.evals import CASES, CHECKS, Result, evaluate


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", help="The model's server, instead of OPENAI_BASE_URL")
        parser.add_argument("--model", help="The model, instead of OPENAI_MODEL")
        parser.add_argument(
            "--threshold", type=share, default=0.95, help="Share of the checks that have to pass: 0.95, or 95%%"
        )
        parser.add_argument("--json", action="store_true", help="Results as JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        settings.OPENAI_BASE_URL = options["base_url"] or settings.OPENAI_BASE_URL
        settings.OPENAI_MODEL = options["model"] or settings.OPENAI_MODEL
        if not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL):
            raise CommandError("No model: set OPENAI_API_KEY or OPENAI_BASE_URL, or pass --base-url.")
        cases = track(CASES, "Evaluating …", console=Console(stderr=True), transient=True)
        results = [evaluate(case) for case in cases]
        checks = len(CHECKS) * len(results)
        score = sum(result.passed for result in results) / checks
        if options["json"]:
            self.stdout.write(as_json(results, score))
        else:
            Console(file=self.stdout).print(as_table(results))  # type: ignore[arg-type]
            self.stdout.write(f"{settings.OPENAI_MODEL}: {score:.1%} of {checks} checks passed")
        if score < options["threshold"]:
            raise CommandError(f"{score:.1%} is under {options['threshold']:.1%}")


def share(text: str) -> float:
    """A share such as 0.95 or 95% as a number from 0 to 1. Raises ArgumentTypeError for any other text."""
    number = re.fullmatch(r"(\d{1,3}(?:\.\d{1,6})?)\s?(%?)", text.strip())
    value = float(number[1]) / (100 if number[2] else 1) if number else -1.0
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"{text} is no share of the checks: expected 0 to 1, or 0% to 100%")
    return value


def as_json(results: list[Result], score: float) -> str:
    rows = [
        {
            "name": result.name,
            "platform": result.platform,
            "wrong": {check: problem for check, problem in result.wrong.items() if problem},
            "seconds": result.seconds,
            "requests": result.requests,
            "tokens": result.tokens,
        }
        for result in results
    ]
    return orjson.dumps({"model": settings.OPENAI_MODEL, "score": round(score, 4), "results": rows}).decode()


def as_table(results: list[Result]) -> Table:
    table = Table("request", "platform", "passed", "requests", "tokens", "seconds", "wrong")
    for result in results:
        wrong = "; ".join(f"{check}: {problem}" for check, problem in result.wrong.items() if problem)
        passed = f"{result.passed} of {len(CHECKS)}"
        usage = map(str, (result.requests, result.tokens, result.seconds))
        table.add_row(result.name, result.platform, passed, *usage, escape(wrong))
    return table
