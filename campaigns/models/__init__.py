"""What campaigns store; a file per subject."""

from campaigns.models.campaign import Campaign
from campaigns.models.collaboration import Collaboration
from campaigns.models.creator import Account, Creator
from campaigns.models.deliverable import Deliverable

__all__ = ["Account", "Campaign", "Collaboration", "Creator", "Deliverable"]
