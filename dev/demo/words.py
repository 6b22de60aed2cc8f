"""The phrases that the demo model composes briefs from: for angles, personas and goals. No phrase claims a fact."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeVar

Phrases = TypeVar("Phrases")


class Angle(NamedTuple):
    openings: tuple[str, ...]
    hooks: tuple[str, ...]


class Persona(NamedTuple):
    tone: str
    line: str


def closest(families: dict[str, Phrases], *texts: str) -> Phrases:
    """The phrases of one family. The first text with a word of any family decides, by the family whose word comes first
    in that text; if no text has one, the family "" is taken."""
    for text in texts:
        found = [(match.start(), family) for family in families if (match := _words(family).search(text))]
        if found:
            return families[min(found)[1]]
    return families[""]


def _words(family: str) -> re.Pattern[str]:
    """A pattern for the words of a family. The name of a family lists how its words begin, as regular expressions with
    spaces between them."""
    return re.compile(rf"\b(?:{'|'.join(family.split())})" if family else r"(?!)", re.IGNORECASE)


ANGLES = {
    r"tutorial how\b step guide tips?\b hack teach educat explain expert myth fact ways?\b": Angle(
        (
            "{Thing}, step by step: the way I would want it shown to me.",
            "How it really works: {thing}, from the first step to the last.",
            "Save this one. {Thing}, explained in three steps.",
        ),
        (
            "Do this first with {product}.",
            "Three steps, one take, no cuts.",
            "Which of these steps would you skip?",
        ),
    ),
    r"review honest test(?:s|ed|ing)?\b try compar versus opinion": Angle(
        (
            "My honest look at {thing}: what I like, and what I would ask for.",
            "{Thing}, tested on camera and without a script.",
            "I put {thing} on the table and asked the questions you would ask.",
        ),
        (
            "Is {product} for you? Watch this before you decide.",
            "I try it, you judge.",
            "One thing I like, one thing I would change.",
        ),
    ),
    r"unbox haul open unwrap reveal launch first.look first.impression new\b": Angle(
        (
            "First look: {thing}. Open it with me.",
            "A box, a cut, and there it is: {thing}.",
            "Sound on, lid off: {thing}.",
        ),
        (
            "Guess what is in the box.",
            "My first ten seconds with {product}.",
            "Listen first, then look.",
        ),
    ),
    "day routine life morning evening habit get.ready vlog ordinary": Angle(
        (
            "One ordinary day, one small change: {thing}.",
            "This is where {thing} has its place in my day.",
            "Nothing staged today. Just my routine, and {thing} in it.",
        ),
        (
            "Come along for a day with {product}.",
            "My morning, honestly, before the first coffee.",
            "Spot {product} before I show it.",
        ),
    ),
    "before after transform makeover problem solution solv fix pain": Angle(
        (
            "You know the moment. Here is what I reach for: {thing}.",
            "Before, after, and in between: {thing}.",
            "A small problem, shown as it is. My answer: {thing}.",
        ),
        (
            "If this happens to you too, stay.",
            "Look closely: this is the before.",
            "I wanted one thing less to think about.",
        ),
    ),
    r"challenge game dare humo fun(?:ny)?\b comed meme trend skit joke pov duet play": Angle(
        (
            "Challenge accepted: {thing}, and no second take.",
            "I meant to keep this serious. Then came {thing}.",
            "POV: somebody handed you {thing} and pressed record.",
        ),
        (
            "Bet you cannot do this in one take.",
            "POV: you have just found {product}.",
            "Wait for the last second.",
        ),
    ),
    "behind stor founder making made craft origin value why mission": Angle(
        (
            "Every story starts somewhere. This one starts with {thing}.",
            "Behind the scenes with {thing}: the part that is usually cut.",
            "Why {thing}? Give me half a minute.",
        ),
        (
            "What you never see in the advert.",
            "Here is why {product} is on my table.",
            "Stay for the part that is usually cut.",
        ),
    ),
    r"communit question q&a ask testimonial proof fans?\b customer user ugc friend social": Angle(
        (
            "I would rather hear it from you. {Thing}: yes or no?",
            "Your questions about {thing}, answered one by one.",
            "Would you, or would you not: {thing}?",
        ),
        (
            "Answer in one word: {product}?",
            "Your questions, my camera, no script.",
            "Ask me anything about {product}.",
        ),
    ),
    "offer plain deal price sale discount": Angle(
        (
            "{Thing}: what it is and whom it is for, in half a minute.",
            "No story today. Just {thing}, and why you might want it.",
            "Short and plain: {thing}.",
        ),
        (
            "What it is, in one sentence.",
            "For whom this is, and for whom it is not.",
            "No story, just {product}.",
        ),
    ),
    "learn lesson mistake advice": Angle(
        (
            "A small lesson, and where {thing} comes in.",
            "The mistake first, then the lesson, then {thing}.",
            "What I would tell a colleague over coffee about {thing}.",
        ),
        (
            "I would do this differently today.",
            "My mistake first. You may know it.",
            "Where {product} comes in? Wait for the end.",
        ),
    ),
    "season moment holiday christmas summer winter spring autumn gift": Angle(
        (
            "It is that time of the year, and {thing} comes along.",
            "The day is getting closer. On my list: {thing}.",
            "Every season has its things. This time: {thing}.",
        ),
        (
            "Who else is planning already?",
            "One thing on my list, and here it is.",
            "This is where {product} comes in.",
        ),
    ),
    "": Angle(
        (
            "{Thing}, seen my way.",
            "Here it is: {thing}, in my own words.",
            "Something I want to show you: {thing}.",
        ),
        (
            "Give me ten seconds for {product}.",
            "I want to show you one thing today.",
            "Here is the detail I noticed first.",
        ),
    ),
}

HOOKS = (
    "Stop here if the name {brand} says nothing to you yet.",
    "Half a minute, one question: what would you do with {product}?",
    "Before you scroll on: one look at {product}.",
    "This is what I would tell my best friend about {product}.",
    "You decide at the end. Here is {brand}.",
)

PERSONAS = {
    "student gen.z gen-z teen campus zoomer": Persona(
        "Playful, quick and unpolished", "For everyone whose day never goes to plan."
    ),
    "parent mum mom dad famil mother father baby": Persona(
        "Warm, practical and reassuring", "For everyone with five minutes and both hands full."
    ),
    "fit athlet sport run gym train wellness active health outdoor yoga": Persona(
        "Energetic, encouraging and down to earth", "For everyone who shows up, also on the slow days."
    ),
    "beaut skin makeup cosmetic hair groom": Persona(
        "Candid, sensory and friendly", "For everyone who looks closely before they trust a promise."
    ),
    "tech gadget gam early.adopt develop nerd geek maker": Persona(
        "Curious, precise and a little nerdy", "For everyone who wants to know how it works before they want it."
    ),
    r"eco\b sustain green conscious ethic climate planet": Persona(
        "Calm, sincere and concrete", "For everyone who would rather choose once and choose well."
    ),
    "fashion luxur style trend design premium aesthet": Persona(
        "Understated, confident and elegant", "For everyone who notices the details."
    ),
    "food cook kitchen home chef bak coffee": Persona(
        "Warm, sensory and unhurried", "For everyone who thinks the kitchen is the best room."
    ),
    "budget deal bargain sav value thrift shopper": Persona(
        "Frank, practical and quick to the point", "For everyone who compares before they pay."
    ),
    "profession business founder manager career office entrepreneur freelanc b2b work": Persona(
        "Clear, confident and to the point", "For everyone who wants the short version first."
    ),
    "travel adventur explor nomad wander": Persona(
        "Open, vivid and unhurried", "For everyone who packs light and looks around."
    ),
    "": Persona("Friendly, honest and concrete", "For everyone who likes to see it before they believe it."),
}

GOALS = {
    "sale sell buy purchas revenue conver order shop roas": (
        "Seen enough? {brand} is one tap away: {link}.",
        "If it is for you, get yours: {link}.",
        "Make it yours with {brand}: {link}.",
    ),
    r"sign subscri regist leads?\b waitlist newsletter trial member": (
        "Put your name down with {brand}: {link}.",
        "Sign up with {brand} and see for yourself: {link}.",
    ),
    r"install download apps?\b": (
        "Download it and try it yourself: {link}.",
        "Get the app and tell me your first impression: {link}.",
    ),
    "traffic visit click site website footfall store": (
        "All the details are with {brand}: {link}.",
        "Go and see what else {brand} has: {link}.",
    ),
    "event attend ticket festival": (
        "Save the date and come along: {link}.",
        "Bring a friend. All you need to know: {link}.",
    ),
    r"engag comment conversation interact communit share discuss saved?\b": (
        "Tell me in the comments: what would you try first?",
        "Comment with your pick, and tag the friend you would try it with.",
        "Your turn: one word in the comments. What do you think?",
    ),
    "aware reach launch introduc know discover visib recogni follow": (
        "Follow {brand}, and send this to the friend it reminds you of.",
        "Save this, so that you remember the name: {brand}.",
        "Follow {brand} to see what comes next.",
    ),
    "": (
        "Have a look at {brand} and tell me what you think.",
        "Take a look at {brand}, then tell me: is it for you?",
    ),
}

DETERMINERS = {"the", "my", "our", "your", "their", "its", "something", "this", "these"}

DOS = (
    "Use {product} yourself before you film, and say only what you saw.",
    "Say “{brand}” within the first five seconds and show the product in use.",
)

DONTS = (
    "No figures, prices or effects that {brand} has not confirmed.",
    "No other brand's name, logo or product in the picture.",
    "Never hide, shorten or delay the note that this is a paid partnership.",
    "No music that is not licensed for paid posts.",
)

USAGE_RIGHTS = (
    "Proposed: {brand} may share the post on its own channels with credit. "
    "Paid use, edits and duration are agreed in writing first."
)
