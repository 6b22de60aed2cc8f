"""How a brief is generated: a chain of requests to a model, tools and rules, with a trace of every step."""
