"""What the demo model says: calls of all tools on offer, then a brief composed by rule from the conversation alone.

The same conversation gets the same words. The text of a request is material, never an instruction. The demo model
writes English only, whatever the language asked for, and ignores examples.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import uuid4

from dev.demo import platforms, words

Json = dict[str, Any]

MAX_NAME_CHARACTERS = 60  # a longer product or angle would not fit into a sentence
NO_REQUEST = "I am the demo model. I write briefs for the requests that Fame Keeda sends me, and nothing else."


def message(body: Json) -> Json:
    """The assistant's answer to a conversation: calls of the tools not called yet, or a brief as JSON, or a text."""
    messages = body["messages"]
    request = _block("request", messages)
    if request is None:
        return {"content": NO_REQUEST}
    tools = tools_to_call(body)
    if tools:
        return {"tool_calls": [tool_call(tool["name"], arguments(tool, request)) for tool in tools]}
    brief = compose(request, _evidence(messages), version=_rejected(messages))
    response_format = body.get("response_format") or {}
    schema = response_format.get("json_schema", {}).get("schema") if isinstance(response_format, dict) else None
    return {"content": json.dumps(shaped(brief, schema) if schema else brief, ensure_ascii=False)}


def tools_to_call(body: Json) -> list[Json]:
    """The functions on offer that the conversation has not called yet, as `tool_choice` allows."""
    choice = body.get("tool_choice", "auto")
    if choice == "none":
        return []
    called = {call["function"]["name"] for message in body["messages"] for call in calls_in(message)}
    open_ones = [tool["function"] for tool in body.get("tools") or [] if tool["function"]["name"] not in called]
    if isinstance(choice, dict):
        wanted = (choice.get("function") or {}).get("name")
        open_ones = [function for function in open_ones if function["name"] == wanted]
    return open_ones[:1] if body.get("parallel_tool_calls") is False else open_ones


def tool_call(name: str, arguments: Json | str) -> Json:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return {"id": f"call_{uuid4().hex[:24]}", "type": "function", "function": {"name": name, "arguments": text}}


def arguments(tool: Json, request: Json) -> Json:
    """What the tool's schema asks for, from the request; what is required and not there is left empty."""
    schema = tool.get("parameters") or {}
    properties, required = schema.get("properties") or {}, schema.get("required") or []
    known = {name: request[name] for name in properties if name in request}
    return known | {name: _empty(properties[name]) for name in required if name in properties and name not in known}


def calls_in(message: Json) -> list[Json]:
    calls = message.get("tool_calls")
    return [
        call
        for call in (calls if isinstance(calls, list) else [])
        if isinstance(call, dict) and isinstance(call.get("function"), dict) and call["function"].get("name")
    ]


def text_of(message: Json) -> str:
    """The message's content, which may come in parts."""
    content = message.get("content")
    parts = content if isinstance(content, list) else [{"text": content}]
    return "\n".join(str(part["text"]) for part in parts if isinstance(part, dict) and part.get("text"))


def _texts(tag: str, messages: list[Json]) -> Iterator[str]:
    """What stands between <tag> and </tag> in the user messages, in order."""
    for message in messages:
        if message["role"] == "user":
            yield from re.findall(rf"<{tag}>\s*(.*?)\s*</{tag}>", text_of(message), re.DOTALL)


def _blocks(tag: str, messages: list[Json]) -> Iterator[Json]:
    """The JSON objects between <tag> and </tag> in the user messages, in order."""
    for text in _texts(tag, messages):
        if isinstance(block := _parsed(text), dict):
            yield block


def _block(tag: str, messages: list[Json]) -> Json | None:
    return next(_blocks(tag, messages), None)


def _evidence(messages: list[Json]) -> Json:
    """Each tool's result by the tool's name: from <evidence> in user messages, then from tool messages."""
    names = {call.get("id"): call["function"]["name"] for message in messages for call in calls_in(message)}
    evidence: Json = {}
    for block in _blocks("evidence", messages):
        evidence |= {name: result for name, result in block.items() if isinstance(result, dict)}
    for message in messages:
        name = names.get(message.get("tool_call_id")) if message["role"] == "tool" else None
        if name and isinstance(result := _parsed(text_of(message)), dict) and "error" not in result:
            evidence[name] = result
    return evidence


def _rejected(messages: list[Json]) -> int:
    """The number of earlier versions between <rejected> and </rejected> in the user messages."""
    found = [_parsed(text) for text in _texts("rejected", messages)]
    return sum(len(versions) for versions in found if isinstance(versions, list))


def compose(request: Json, evidence: Json, version: int = 0) -> Json:
    """The brief for a request (brand, product, goal, platform) and the tools' results; every version has other
    phrases, and so has a request with instructions, which the demo model cannot follow."""
    found = {name: evidence.get(name) or {} for name in ("trendFetcher", "personaClassifier", "creativeAngle")}
    version += bool(request.get("instructions"))
    seed = json.dumps({name: value for name, value in request.items() if name != "instructions"}, sort_keys=True)
    given = {name: " ".join(str(value).split()) for name, value in request.items() if isinstance(value, str)}
    platform, goal = given.get("platform", "").casefold(), given.get("goal", "")
    persona = given.get("persona") or str(found["personaClassifier"].get("persona") or "")
    angle = given.get("creativeAngle") or str(found["creativeAngle"].get("angle") or "")
    brand = given.get("brand", "") or "the brand"
    product = _name(given.get("product", ""))
    it = _with_article(product, brand) if product else f"something from {brand}"
    thing = it if brand in it else f"{it} from {brand}"
    link = platforms.LINKS.get(platform, platforms.ANY_LINK)
    fill = {"brand": brand, "product": it, "thing": thing, "Thing": _capital(thing), "link": link}

    def pick(options: tuple[str, ...], salt: str) -> str:
        first = int(sha256(f"{salt}\0{seed}".encode()).hexdigest(), 16)
        return _sentence(options[(first + version) % len(options)], fill)

    family = words.closest(words.ANGLES, angle, str(found["creativeAngle"].get("description") or ""))
    voice = words.closest(words.PERSONAS, persona, str(found["personaClassifier"].get("description") or ""))
    call_to_action = pick(words.closest(words.GOALS, goal), "cta")
    paragraphs = [pick(family.openings, "opening"), _sentence(voice.line, fill), call_to_action]
    if platform in platforms.SHORT:
        del paragraphs[1]
    return {
        "caption": "\n\n".join(paragraphs),
        "hookIdeas": [pick(family.hooks[:2], "hook"), _sentence(family.hooks[2], fill), pick(words.HOOKS, "general")],
        "hashtags": _hashtags(request.get("hashtags") or found["trendFetcher"].get("hashtags"), brand, product),
        "CTA": call_to_action,
        "tone": voice.tone,
        "deliverables": list(platforms.DELIVERABLES.get(platform, platforms.ANY_DELIVERABLES)),
        "dos": _dos(persona, angle, found, fill),
        "donts": [_sentence(line, fill) for line in words.DONTS],
        "usageRights": _sentence(words.USAGE_RIGHTS, fill),
    }


def _dos(persona: str, angle: str, found: Json, fill: Json) -> list[str]:
    """Lines from the tools' results first (persona, angle, a creator to learn from), then the fixed ones."""
    lines = []
    for lead, name, tool in (
        ("Speak to", persona, "personaClassifier"),
        ("Keep to the angle", angle, "creativeAngle"),
    ):
        if name:
            description = str(found[tool].get("description") or "").strip()
            quoted = name if len(name) <= MAX_NAME_CHARACTERS else _name(name)
            lines.append(f"{lead} “{quoted}”" + (f": {description}" if description else "."))
    match _best_creator(found["creativeAngle"].get("evidence")):
        case {"influencerId": str(creator), "platform": str(place)}:  # the figures are for reviewers alone
            where = f" on {place}" if place else ""
            lines.append(f"Before filming, watch what {creator} posted{where}.")
    return [*lines, *(_sentence(line, fill) for line in words.DOS)]


def _best_creator(evidence: Any) -> Any:
    """The campaign's first creator whose engagement rate rests on enough views."""
    best = evidence.get("bestCreators") if isinstance(evidence, dict) else None
    creators = [creator for creator in best if isinstance(creator, dict)] if isinstance(best, list) else []
    return next((creator for creator in creators if not creator.get("smallSample")), None)


def _hashtags(trending: Any, brand: str, product: str) -> list[str]:
    """The trending or requested hashtags, then the brand's own and, where it is short, the product's."""
    tags = [tag for tag in trending if isinstance(tag, str)] if isinstance(trending, list) else []
    named = re.sub(r"^(?:an?|the|our|my)\s", "", product, flags=re.IGNORECASE)
    own = ["".join(_capital(word) for word in re.findall(r"[^\W_]+", name)) for name in (brand, named)]
    tags += [f"#{word}" for word in own if word and len(word) <= 24]
    return list({tag.casefold(): tag for tag in reversed(tags)}.values())[::-1]


def _name(text: str) -> str:
    """The first clause of a text of any length, at most MAX_NAME_CHARACTERS long."""
    clause = re.split(
        r"(?<=\w{3})[.!?]\s|[,;:\n|<>{}()]|\s[-\u2013\u2014]\s|\s(?:that|which|who|because)\s", text.strip()
    )[0]
    clause = clause.strip(" \"'“”.!?")
    cut = clause[:MAX_NAME_CHARACTERS]
    return clause if clause == cut else cut.rpartition(" ")[0] or cut


def _with_article(product: str, brand: str) -> str:
    """The product in mid-sentence: a name stands alone (Air Max), a thing has an article (the steel bottle)."""
    first, *rest = product.split()
    last = rest[-1] if rest else first
    if first.lower() in ("a", "an"):
        return " ".join(["the", *rest])
    if first.lower() in words.DETERMINERS:
        return " ".join([first.lower(), *rest])
    if last[:1] != last[:1].lower():
        return product
    is_plain = first.istitle() and rest and not brand.startswith(first)
    return " ".join(["the", first.lower() if is_plain else first, *rest])


def _sentence(template: str, fill: Json) -> str:
    """The template filled in once: braces in the filled-in texts stay as they are."""
    return re.sub(r"\{(\w+)\}", lambda match: fill[match[1]], template)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text[1:2] == text[1:2].lower() else text  # iPhone stays iPhone


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def shaped(value: Any, schema: Json) -> Any:
    """The value cut to a schema of objects, arrays and plain types; required fields that it lacks are added, empty."""
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        value = value if isinstance(value, dict) else {}
        wanted = [name for name in schema["properties"] if name in value or name in (schema.get("required") or [])]
        return {name: shaped(value.get(name), schema["properties"][name]) for name in wanted}
    if schema.get("type") == "array" and isinstance(value, list):
        return value[: schema.get("maxItems")]
    if schema.get("type") == "string" and isinstance(value, str):
        return value[: schema.get("maxLength")]
    return _empty(schema) if value is None else value


def _empty(schema: Json) -> Any:
    if options := schema.get("enum"):
        return options[0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return shaped({}, schema)
    return {"array": [], "integer": 0, "number": 0, "boolean": False, "null": None}.get(str(kind), "")
