"""The campaigns' desk's words: its questions, what answers are called, how states and filters are said."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from messages.register.campaign_drafts import CampaignStep
from messages.register.campaigns import CampaignState
from messages.text.phrase import Phrase, phrase

QUESTIONS: Final[Mapping[CampaignStep, Phrase]] = MappingProxyType(
    {
        CampaignStep.TITLE: phrase("What is the campaign called? Please write one line."),
        CampaignStep.TEXT: phrase("What are the posts to do? Please write the text; bold, italic and links are kept."),
        CampaignStep.FILES: phrase("Please send pictures, films or files, also several at once; or go on."),
        CampaignStep.AUDIENCE: phrase("Which posts take part? A vacant post has a task too."),
        CampaignStep.DUE: phrase("Which day is the last one? Choose it, or write it, such as 10-15."),
        CampaignStep.CHECK: phrase("Please look it over, then start it."),
    }
)
"""What the card asks at each step."""

LABELS: Final[Mapping[CampaignStep, Phrase]] = MappingProxyType(
    {
        CampaignStep.TITLE: phrase("Title"),
        CampaignStep.TEXT: phrase("Text"),
        CampaignStep.FILES: phrase("Files"),
        CampaignStep.AUDIENCE: phrase("Posts taking part"),
        CampaignStep.DUE: phrase("Last day"),
    }
)
"""What an answer is called on the button that corrects it, and where it is missing."""

GO_ON: Final = phrase("Something is still missing: please go on, or correct an answer.")

MARKS: Final[Mapping[CampaignState, str]] = MappingProxyType(
    {
        CampaignState.PROPOSED: "⏳",
        CampaignState.RETURNED: "↩️",
        CampaignState.RUNNING: "▶️",
        CampaignState.CLOSED: "⏹",
    }
)
"""The marks of campaigns by how they stand."""
