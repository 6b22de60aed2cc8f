"""A model's server for tests: it behaves as the demo model or misbehaves as told, and remembers its requests.

    with FakeLLM() as fake_llm:
        fake_llm.will(rate_limited(retry_after=1), behaves, fenced)  # the first three requests; then it behaves
        fake_llm.always(refuses_json_schema)  # every request that no `will` is left for

A behaviour answers an Exchange, or returns False where the request does not concern it: then the next behaviour of
`always` has its turn, and at last the demo model. A behaviour with a parameter is made by a call.
"""

import gzip
import json
import threading
import time
import zlib
from datetime import datetime
from email.utils import format_datetime

from dev.demo import composer, protocol
from dev.demo.server import Server

DRIP = 0.05  # seconds between two bytes; an answer takes a minute and more
HUGE = 5_000_000  # bytes
GZIP = 31  # of zlib's wbits


class FakeLLM(Server):
    """`requests` holds a dict per completion asked for: body, headers (names in small letters), time (monotonic)."""

    def __init__(self, **options):
        super().__init__(**options)
        self.requests = []
        self._script, self._always, self._lock = [], (), threading.Lock()

    def will(self, *behaviours):
        """The n-th request from now is answered by the n-th of these behaviours."""
        self._script += behaviours

    def always(self, *behaviours):
        """Every request that no `will` is left for is answered by the first of these behaviours that it concerns."""
        self._always = behaviours

    def meet(self, exchange):
        with self._lock:
            headers = {name.lower(): value for name, value in exchange.headers.items()}
            self.requests.append({"body": exchange.body, "headers": headers, "time": time.monotonic()})
            chosen = (self._script.pop(0),) if self._script else self._always
        if all(behaviour(exchange) is False for behaviour in chosen):
            exchange.behave()


def when(predicate, behaviour):
    """The behaviour, only for requests whose body meets the predicate."""
    return lambda exchange: behaviour(exchange) if predicate(exchange.body) else False


def offers_tools(body):
    return bool(body.get("tools"))


def asks_for_the_answer(body):
    return not body.get("tools")


def has_json_schema(body):
    return (body.get("response_format") or {}).get("type") == "json_schema"


def has_response_format(body):
    return bool(body.get("response_format"))


def has_tool_messages(body):
    return any(message["role"] == "tool" for message in body["messages"])


# Behaviours: the connection


def behaves(exchange):
    exchange.behave()


def hang(exchange):
    exchange.server.owner.closing.wait()
    drop(exchange)


def drip(exchange):
    """One byte at a time, from the first of the head to the last of the body."""
    content = json.dumps(protocol.completion(exchange.body)).encode()
    _drip(exchange, exchange.head(200, content) + content)


def drip_body(exchange):
    """The head at once, then one byte of the body at a time."""
    content = json.dumps(protocol.completion(exchange.body)).encode()
    exchange.wfile.write(exchange.head(200, content))
    _drip(exchange, content)


def _drip(exchange, content):
    for byte in content:
        exchange.wfile.write(bytes([byte]))
        exchange.wfile.flush()
        if exchange.server.owner.closing.wait(DRIP):
            return


def drop(exchange):
    exchange.close_connection = True


def drop_midway(exchange):
    content = json.dumps(protocol.completion(exchange.body)).encode()
    exchange.wfile.write(exchange.head(200, content) + content[: len(content) // 2])
    drop(exchange)


# Behaviours: statuses


def rate_limited(retry_after=None):
    """429, with a Retry-After of that many seconds, or of that datetime as an HTTP date (in UTC), or of that text."""
    if isinstance(retry_after, datetime):
        retry_after = format_datetime(retry_after, usegmt=True)
    headers = {} if retry_after is None else {"Retry_After": str(retry_after)}
    return lambda exchange: exchange.refuse(429, "Rate limit reached.", "rate_limit_exceeded", **headers)


def server_error(status=500, html=False):
    page = b"<html><body><h1>Bad gateway</h1></body></html>"
    if html:
        return lambda exchange: exchange.send(status, page, {"Content-Type": "text/html"})
    return lambda exchange: exchange.refuse(status, "The server had an error while processing your request.")


def refuses(status, message, code=None):
    return lambda exchange: exchange.refuse(status, message, code)


def quota(exchange):
    error = {"message": "You exceeded your current quota.", "type": "insufficient_quota", "param": None}
    exchange.send(429, {"error": error | {"code": "insufficient_quota"}})


request_timeout = refuses(408, "Request timed out.")
conflict = refuses(409, "Another request holds the lock.")
unauthorised = refuses(401, "Incorrect API key provided: sk-wrong*****key.", "invalid_api_key")
forbidden = refuses(403, "Country, region, or territory not supported.", "unsupported_country_region_territory")
model_not_found = refuses(404, "The model does not exist.", "model_not_found")
bad_request = refuses(400, "Unsupported parameter.", "unsupported_parameter")
refuses_json_schema = when(has_json_schema, bad_request)
refuses_response_format = when(has_response_format, bad_request)
refuses_tools = when(offers_tools, bad_request)
fails_at_json_schema = when(has_json_schema, server_error())  # as llama-cpp-python's server does
fails_at_response_format = when(has_response_format, server_error())
fails_at_tools = when(offers_tools, server_error())
unprocessable = refuses(422, "Input should be 'text' or 'json_object'.")  # as servers on FastAPI do
refuses_tool_messages = when(has_tool_messages, bad_request)
fails_at_tool_messages = when(has_tool_messages, server_error())


def huge_error(exchange):
    exchange.send(503, b"x" * 5_000_000, {"Content-Type": "text/html"})


def bomb(exchange):
    """A few hundred kilobytes that would unpack to a hundred megabytes."""
    exchange.send(500, packed_spaces(100), {"Content-Encoding": "gzip"})


def packed_spaces(megabytes):
    """gzip's format without its trailer. Each block is flushed, so that one megabyte is compressed for all of them."""
    compressor = zlib.compressobj(1, wbits=GZIP)
    blocks = [compressor.compress(b" " * 1_000_000) + compressor.flush(zlib.Z_FULL_FLUSH) for _ in range(2)]
    return blocks[0] + blocks[1] * (megabytes - 1)


def packed(exchange):
    """A proper answer, packed though nobody asked for it."""
    content = json.dumps(protocol.completion(exchange.body)).encode()
    exchange.send(200, gzip.compress(content), {"Content-Encoding": "gzip"})


def redirects(url):
    return lambda exchange: exchange.send(307, b"", {"Location": url})


def error_in_200(code=None):
    """200, and in it an error, as proxies send; with the status that was meant, or without."""
    error = {"message": "Provider returned error."} | ({"code": code} if code else {})
    return lambda exchange: exchange.send(200, {"id": "x", "choices": None, "error": error})


error_body = error_in_200()


def html_200(exchange):
    exchange.send(200, b"<!doctype html><title>Sign in</title>", {"Content-Type": "text/html"})


# Behaviours: messages, whatever was asked


def _says(exchange, message, finish_reason=None):
    exchange.send(200, protocol.completion(exchange.body, message, finish_reason))


def always_says(message, finish_reason=None):
    return lambda exchange: _says(exchange, message, finish_reason)


refusal = always_says({"refusal": "I'm sorry, I can't help with that."})
content_filter = always_says({"content": ""}, "content_filter")
empty = always_says({"content": ""})
null_content = always_says({"content": None})


def truncated(exchange):
    text = json.dumps(composed(exchange))
    _says(exchange, {"content": text[: len(text) // 2]}, "length")


def huge(exchange):
    _says(exchange, {"content": json.dumps(composed(exchange) | {"caption": "x" * HUGE})})


def no_usage(exchange):
    body = protocol.completion(exchange.body)
    del body["usage"]
    exchange.send(200, body)


# Behaviours: answers, where no tools are offered


def composed(exchange):
    """The brief that the demo model would write at this point."""
    without_tools = {"messages": exchange.body["messages"], "tool_choice": "none"}
    return json.loads(composer.message(without_tools)["content"])


def answers(content):
    """This text, or this object as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    return when(asks_for_the_answer, lambda exchange: _says(exchange, {"content": text}))


def says(**fields):
    """The brief that the demo model writes, with these fields of it replaced."""
    return _rewritten(lambda brief: json.dumps(brief | fields))


def _rewritten(rewrite):
    return when(asks_for_the_answer, lambda exchange: _says(exchange, {"content": rewrite(composed(exchange))}))


fenced = _rewritten(lambda brief: f"Here is your brief:\n\n```json\n{json.dumps(brief, indent=2)}\n```\n\nEnjoy!")
prose = _rewritten(lambda brief: f"Sure! I would write something like this: {brief['caption']}")
missing_fields = _rewritten(lambda brief: json.dumps({"caption": brief["caption"], "tone": brief["tone"]}))
wrong_types = says(caption=["a", "b"], hookIdeas=3, hashtags="#one #two", CTA=None, tone={"is": "warm"})


# Behaviours: tool calls


def _calls(exchange, calls, finish_reason=None):
    _says(exchange, {"tool_calls": [composer.tool_call(name, arguments) for name, arguments in calls]}, finish_reason)


def _proper_calls(exchange):
    asked = [message for message in exchange.body["messages"] if message["role"] == "user"]
    message = composer.message(exchange.body | {"messages": asked})
    return [
        (call["function"]["name"], json.loads(call["function"]["arguments"])) for call in composer.calls_in(message)
    ]


def _in_phase_one(change):
    """Calls what is offered, also if it has been called before, with (name, arguments) pairs as changed."""
    return when(offers_tools, lambda exchange: _calls(exchange, change(_proper_calls(exchange))))


unknown_tool = _in_phase_one(lambda calls: [("sendEmail", {"to": "everyone"})])
broken_arguments = _in_phase_one(lambda calls: [(name, '{"platform": "Insta') for name, _ in calls])
overriding_arguments = _in_phase_one(
    lambda calls: [
        (name, arguments | {"brand": "Rival", "product": "rival shoes", "platform": "YouTube"})
        for name, arguments in calls
    ]
)
repeated_calls = _in_phase_one(lambda calls: calls * 3)


def endless_tools(exchange):
    """Calls tools for ever, also when none are offered any more."""
    _calls(exchange, _proper_calls(exchange) or [("trendFetcher", {"platform": "TikTok", "product": "x", "goal": "y"})])


@lambda behaviour: when(offers_tools, behaviour)
def stop_beside_tool_calls(exchange):
    _says(exchange, composer.message(exchange.body), "stop")


@lambda behaviour: when(offers_tools, behaviour)
def ignores_tools(exchange):
    _says(exchange, {"content": json.dumps(composed(exchange))})
