from __future__ import annotations

import pytest

from claims.tongue import tongue_of

TEXTS = {
    "en": "The army said on Monday that it had taken the village of Debaltseve-Nord from the rebels.",
    "fr": "Selon le ministre, les deux délégations se sont rencontrées à Doha pour la première fois dans cette ville.",
    "de": "Die Delegationen haben sich nach Angaben des Amtes am Montag in Genf nicht auf eine Waffenruhe geeinigt.",
    "es": "El ejército informó que los rebeldes se retiraron del pueblo y las conversaciones seguirán con una pausa.",
    "it": "Il ministro ha detto che gli ostaggi sono stati liberati nella notte e che non ci sono feriti della base.",
    "pt": "O ministério disse que os dois lados não chegaram a um acordo para a troca de prisioneiros em Doha.",
    "tr": "Bakanlık, yeni bir görüşme için tarih belirlenmediğini ve daha çok zaman gerektiğini açıkladı.",
    "pl": "Ministerstwo podało, że w sobotę nie doszło do wymiany jeńców i że rozmowy przez pośredników są trudne.",
    "ru": "Министерство сообщило, что переговоры состоятся в понедельник.",
    "uk": "Міністерство повідомило, що переговори відбудуться у понеділок.",
    "ar": "قالت الوزارة إن المحادثات ستعقد يوم الاثنين في الدوحة.",
    "fa": "وزارت خارجه گفت گفتگوها روز دوشنبه برگزار می‌شود.",
    "zh": "外交部表示，双方将于星期一举行会谈。",
    "ja": "外務省は月曜日に会談を行うと発表した。",
    "ko": "외교부는 월요일에 회담이 열린다고 밝혔다.",
    "he": "משרד החוץ הודיע כי השיחות יתקיימו ביום שני.",
    "hi": "विदेश मंत्रालय ने कहा कि वार्ता सोमवार को होगी।",
}


@pytest.mark.parametrize("tongue", TEXTS)
def test_languages(tongue: str) -> None:
    assert tongue_of(TEXTS[tongue]) == tongue


@pytest.mark.parametrize(
    "text",
    [
        "Pashinyan, Aliyev to meet in Chișinău",
        "Al-Burhan, Hemedti forces trade fire near El Geneina",
        "Maduro y Guaidó: the two rivals of Caracas agree to talk in Oslo",
    ],
)
def test_an_english_headline_full_of_names_is_never_another_language(text: str) -> None:
    assert tongue_of(text) in {"en", None}


@pytest.mark.parametrize("text", ["", "12:30 – 14:00", "Kyiv", "???"])
def test_too_little_tells_nothing(text: str) -> None:
    assert tongue_of(text) is None
