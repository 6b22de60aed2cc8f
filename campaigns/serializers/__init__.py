"""The input and output shapes of the API of campaigns; a file per subject."""
