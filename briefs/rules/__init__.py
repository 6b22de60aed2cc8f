"""The rules after the model: what it wrote is mended to what the platform and the law ask, and never sent back."""
