"""How granian's requests reach Django: bodies within deadlines, then a thread, then the response."""
