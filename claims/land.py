"""The words for land: for towns and regions, for spots that forces take, and for parts of a whole."""

from __future__ import annotations

import re

SETTLED = frozenset(
    """village town city settlement hamlet suburb capital stronghold municipality community locality port
    township""".split()
)
REGIONAL = frozenset("region province oblast district state governorate county".split())
# Behind a name it tells that a region is meant, whatever town is called so too.
REGION_BEHIND = re.compile(rf" (?:{'|'.join(sorted(REGIONAL))})\b", re.IGNORECASE)
# Land that is land in any company.
LAND = (
    SETTLED
    | REGIONAL
    | frozenset(
        """territory land enclave exclave island archipelago peninsula heartland countryside swath swathe hilltop
        commune homeland area""".split()
    )
)
# Land that forces take; others take and leave it for other reasons.
SPOTS = frozenset(
    """point ground area position hill ridge height base airport airbase airfield airstrip border crossing post outpost
    bridgehead valley front sector neighbourhood neighborhood zone country stretch farmland barracks checkpoint dam
    highway mile kilometre kilometer km hectare acre coast bank corridor mountain desert strip camp refinery trench
    garrison fort fortress outskirt northeast northwest southeast southwest north south east west centre center
    headquarters command palace station plant parliament road junction street mine field pass bridge riverbank foothold
    frontier toehold bastion pocket salient beachhead redoubt shoal reef feature atoll islet oilfield
    quarter line stronghold gateway rest soil half part top summit peak crest defence defense
    hillside slope plateau plain ravine gorge crossroad hilltop dock harbour harbor jungle marsh forest wood oasis
    steppe lowland foothill wetland savanna waterfront canal rim fringe approach
    barrack square stadium steelworks factory temple monastery place building
    compound complex glacier axis direction""".split()
)
MILITARY = frozenset(
    "post base airbase command garrison outpost barracks fort checkpoint stronghold bastion position".split()
)
PARTS = frozenset(
    """part half third quarter fifth sixth seventh eighth tenth inch sliver percent cent %
    millimetre millimeter centimetre centimeter yard remainder remnant patch
    most much number bit edge swath swathe stretch rest lot majority upward
    upwards more some dozen hundred thousand all each string series score handful couple bulk portion chunk slice
    both any depth side whole entirety""".split()
)
PEAKS = frozenset("hill top summit peak crest ridge height pass".split())
# Parts of a town that stand for the town.
OF_TOWN = frozenset("centre center outskirt suburb edge north south east west airport rest".split())
