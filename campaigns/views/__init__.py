"""The API of campaigns; a file per subject."""
