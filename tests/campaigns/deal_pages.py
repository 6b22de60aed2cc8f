"""What tests of the pages of a creator's part in a campaign share."""


def text(response) -> str:
    return " ".join(response.content.decode().split())


def page_of(row, page="change") -> str:
    """The address of a page of a collaboration or of a deliverable."""
    return f"/admin/campaigns/{row._meta.model_name}/{row.pk}/{page}/"
