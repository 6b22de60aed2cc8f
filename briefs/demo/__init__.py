"""The model of a laptop: a small local server that speaks OpenAI's protocol and composes briefs by rule."""
