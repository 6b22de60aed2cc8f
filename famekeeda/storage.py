"""Where uploaded files are kept: in MEDIA_ROOT."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import FileSystemStorage


class UploadStorage(FileSystemStorage):
    """Django's, which would leave half a file behind where the disk is full."""

    def _save(self, name: str, content: Any) -> str:
        try:
            return super()._save(name, content)  # type: ignore[misc]
        except OSError:
            if self.exists(name) and self.size(name) < content.size:
                self.delete(name)
            raise
