"""The catalogues that briefs rest on: platform rules, trends, personas, angles and model prices."""
