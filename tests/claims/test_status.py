from __future__ import annotations

import pytest

from claims.language import Parser
from claims.model import Status
from claims.status import modality

CASES = [
    ("The rebels captured the town.", "captured", None),
    ("The rebels did not capture the town.", "capture", Status.DENIED),
    ("The army denied that rebels had captured the town.", "captured", Status.DENIED),
    ("The rebels failed to capture the town.", "capture", Status.DENIED),
    ("The rebels may capture the town.", "capture", Status.PROPOSED),
    ("The rebels want to capture the town.", "capture", Status.PROPOSED),
    ("If the rebels capture the town, the road is lost.", "capture", Status.PROPOSED),
    ("The two sides will exchange prisoners.", "exchange", Status.SCHEDULED),
    ("The two sides agreed to exchange prisoners.", "exchange", Status.SCHEDULED),
    ("The two sides are to exchange prisoners.", "exchange", Status.SCHEDULED),
    ("The talks were called off.", "talks", Status.CANCELLED),
    ("The talks have been postponed.", "talks", Status.CANCELLED),
    ("The talks are scheduled to take place in May.", "talks", Status.SCHEDULED),
    ("Oman has offered to host the talks.", "talks", Status.PROPOSED),
    ("A possible meeting was discussed.", "meeting", Status.PROPOSED),
    ("The minister said the rebels had left the town.", "left", None),
    ("The minister said the army would hold talks on Monday.", "hold", Status.SCHEDULED),
    ("Kigali proposed a meeting in June.", "meeting", Status.PROPOSED),
    ("Kigali announced the capture of the town.", "capture", None),
    ("The army will not leave the town.", "leave", Status.DENIED),
    ("The talks will not go ahead.", "talks", Status.CANCELLED),
    ("The summit in June is off.", "summit", Status.CANCELLED),
    ("Had the town fallen, the road would be cut.", "fallen", Status.PROPOSED),
    ("The leader has ruled out giving up the town.", "giving", Status.DENIED),
    ("The rebels have vowed to take the town.", "take", Status.PROPOSED),
    ("No fewer than 40 men were captured.", "captured", None),
    ("Cairo suggested that they meet in June.", "meet", Status.PROPOSED),
]


@pytest.mark.parametrize(("text", "fact", "expected"), CASES)
def test_status(parser: Parser, text: str, fact: str, expected: Status | None) -> None:
    (words,) = parser.parse([text])
    word = next(w for w in words if w.text == fact)
    assert modality(word).status == expected


UPHELD = [
    ("The talks have not been postponed.", "talks"),
    ("Kigali denied that the talks had been postponed.", "talks"),
    ("Kigali denied reports that the summit had been cancelled.", "summit"),
    ("The ministry denied postponing the exchange.", "exchange"),
]


@pytest.mark.parametrize(("text", "fact"), UPHELD)
def test_what_was_not_called_off_is_still_to_come(parser: Parser, text: str, fact: str) -> None:
    (words,) = parser.parse([text])
    assert modality(next(w for w in words if w.text == fact)).status is Status.SCHEDULED
