"""The disclosure of a paid post: which words disclose, and how a model's own disclosures and denials are recognised."""

from __future__ import annotations

import re

# How a paid post discloses, by language, as of November 2026. Sources:
# en: FTC, "Disclosures 101 for Social Media Influencers"; CAP and ASA, "Recognising ads" · de: Medienanstalten,
# "Werbekennzeichnung bei Online-Medien" · fr: loi 2023-451, article 5 · es: Autocontrol and AEA, "Código de conducta"
# · it: IAP, "Digital Chart" · pt: CONAR, "Guia de publicidade por influenciadores" · nl: Reclamecode Social Media
# · pl: UOKiK, recommendations of 2022 · sv: Konsumentverket on marking advertising.
DISCLOSURES = {
    "en": "#ad",
    "de": "#Werbung",
    "fr": "#publicité",
    "es": "#publicidad",
    "it": "#pubblicità",
    "pt": "#publi",
    "nl": "#advertentie",
    "pl": "#reklama",
    "sv": "#reklam",
}
# The words of hashtags that disclose, or pretend to. A brief has one disclosure, which the rules put.
DISCLOSING_WORDS = {tag[1:].casefold() for tag in DISCLOSURES.values()} | {
    "ads", "advert", "advertisement", "advertising", "adv", "sponsored", "spon", "sp", "partner", "paidpartner",
    "paidpartnership", "anzeige", "publicite", "pubblicita", "sponsorisé", "reclame", "annons",
}  # fmt: skip
DENIAL = re.compile(
    r"(?:not?|non|un|kein|keine|nicht|sans|pas|sin|senza|sem|geen|niet|bez|nie|inte|ingen)(?:a|an|the|bezahlte?)?"
    rf"(?:paid|bezahlt|{'|'.join(sorted(DISCLOSING_WORDS))})"
)
OPENING_DISCLOSURE = re.compile(
    r"^[\W_]*(?:ad|advertisement|sponsored|paid partnership|anzeige|werbung|publicité|publicidad|pubblicità)"
    r"\s*[\])|:–—-]+\s*",
    re.IGNORECASE,
)
NEGATION = re.compile(
    r"\b(?:not?|never|without|remove|delete|hide|omit|skip|drop|leave out|avoid)\b|n['’]t\b", re.IGNORECASE
)
MENTION = re.compile(
    rf"disclos|sponsor|\b(?:un)?paid\b|\badvert|[#＃](?:{'|'.join(sorted(DISCLOSING_WORDS))})\b", re.IGNORECASE
)


def disclosure_in(language: str) -> str:
    """The disclosure in a language such as de or de-AT; English where the language has none of its own here."""
    return DISCLOSURES.get(language.lower().partition("-")[0], DISCLOSURES["en"])


def discloses_or_denies(word: str) -> bool:
    """Whether a hashtag's word discloses, pretends to disclose, or denies that the post is paid."""
    folded = word.casefold().replace("_", "")
    return folded in DISCLOSING_WORDS or bool(DENIAL.fullmatch(folded))


def argues_against_disclosure(line: str) -> bool:
    """Whether an instruction for the creator may tell them to leave the disclosure out."""
    return bool(NEGATION.search(line) and MENTION.search(line))


def without_opening_disclosure(text: str) -> str:
    """The text without a disclosure such as "Ad:" or "[Sponsored]" at its beginning."""
    return OPENING_DISCLOSURE.sub("", text)
