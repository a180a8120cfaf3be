"""The built gazetteer: spellings, namesakes, and its refusal to guess."""

import multiprocessing
import sqlite3
import time
from pathlib import Path

import pytest

from claims.values import gazetteer_build
from claims.values.gazetteer import Gazetteer, GazetteerError
from claims.values.spelling import key_of

GAZETTEER = Path(__file__).resolve().parents[3] / "assets" / "gazetteer.sqlite3"

# name, region named with it, countries spoken of, country, latitude, longitude (about)
PLACED = """
Kyiv||UA RU|UA|50.45|30.52
Kiev|||UA|50.45|30.52
Kharkov||RU UA|UA|49.99|36.23
Zaporozhye||UA|UA|47.84|35.14
Nikolaev||UA|UA|46.97|32.00
Artemivsk||UA|UA|48.59|38.00
Krasnoarmiisk||UA|UA|48.28|37.18
Pokrovsk||RU UA|UA|48.28|37.18
Robotyne||UA|UA|47.45|35.84
Kupjansk||UA|UA|49.71|37.62
Gulyaypole||UA RU|UA|47.66|36.26
Sievierodonetsk||UA|UA|48.95|38.49
Sudzha||RU UA|RU|51.19|35.27
El-Fasher||SD|SD|13.63|25.35
al Fashir|||SD|13.63|25.35
El Geneina||SD|SD|13.45|22.45
Nyala|||SD|12.05|24.88
Tawila|North Darfur|SD|SD|13.50|24.88
Sake|North Kivu|CD|CD|-1.57|29.04
Masisi||CD RW|CD|-1.40|28.82
Bukavu|||CD|-2.49|28.84
Mekele||ET|ET|13.50|39.48
Humera|Tigray|ET|ET|14.29|36.61
Deir al-Zor||SY|SY|35.34|40.14
Sweida||SY|SY|32.71|36.57
Ayn al-Arab||SY|SY|36.89|38.35
Tripoli||LY|LY|32.89|13.19
Tripoli||LB SY|LB|34.43|35.84
Tyre||LB IL|LB|33.27|35.20
Khan Yunis||PS IL|PS|31.35|34.31
Marib||YE|YE|15.46|45.33
Laukkaing||MM|MM|23.69|98.76
Myawaddy||MM TH|MM|16.69|98.51
Marawi||PH|PH|8.00|124.29
Stepanakert||AM AZ|AZ|39.82|46.75
Shushi||AM AZ|AZ|39.76|46.75
Tskhinvali||GE RU|GE|42.23|43.97
Mazar-e-Sharif||AF|AF|36.71|67.11
Panmunjom||KP KR|KP|37.96|126.68
St. Petersburg||RU|RU|59.94|30.31
Saint Petersburg||RU|RU|59.94|30.31
Port au Prince||HT|HT|18.54|-72.34
Chibok||NG|NG|10.87|12.85
Mocímboa da Praia||MZ|MZ|-11.35|40.35
Istanbul|||TR|41.01|28.95
Abu Dhabi|||AE|24.45|54.38
Geneva||CH|CH|46.20|6.15
Paris|Texas|US|US|33.66|-95.55
Paris|||FR|48.85|2.35
New York||RU UA|US|40.71|-74.01
London||RU US|GB|51.51|-0.13
Andriivka|Donetsk|UA|UA|48.49|37.96
Goma|Democratic Republic of the Congo||CD|-1.68|29.22
"""


@pytest.mark.parametrize("row", PLACED.strip().splitlines())
def test_a_name_leads_to_its_place(gazetteer, row):
    name, region, countries, country, lat, lon = row.split("|")
    place = gazetteer.resolve(name, region=region or None, countries=countries.split())
    assert place.name == name
    assert place.country == country
    assert (place.lat, place.lon) == (pytest.approx(float(lat), abs=0.15), pytest.approx(float(lon), abs=0.2))


def test_the_region_that_the_text_names_is_kept_but_a_country_is_none(gazetteer):
    assert gazetteer.resolve("Zaporizke", region="Dnipropetrovsk", countries=["UA"]).region == "Dnipropetrovsk"
    assert gazetteer.resolve("Goma", region="Congo").region == "North Kivu"


def test_a_place_known_by_name_alone_gets_no_coordinates(gazetteer):
    place = gazetteer.resolve("Zaporizke", region="Dnipropetrovsk", countries=["RU", "UA"])
    assert (place.canonical, place.country, place.lat, place.lon) == ("Zaporizke", "UA", None, None)


@pytest.mark.parametrize(("name", "countries"), [("Ivanivka", ["UA"]), ("Mykolaivka", ["UA"]), ("Kalynivka", [])])
def test_namesakes_that_cannot_be_told_apart_give_candidates(gazetteer, name, countries):
    place = gazetteer.resolve(name, countries=countries)
    assert (place.canonical, place.country, place.lat, place.geonames_id) == (None, None, None, None)
    assert len(place.candidates) >= 2
    assert sum(c.confidence for c in place.candidates) <= 1.01
    shares = [c.confidence for c in place.candidates]
    assert shares == sorted(shares, reverse=True)


def test_a_small_namesake_in_a_land_not_spoken_of_is_refused(gazetteer):
    assert gazetteer.resolve("Smila", countries=["SD"]).canonical is None
    assert gazetteer.resolve("Smila", countries=["UA"]).country == "UA"


def test_a_namesake_outside_the_region_named_is_refused(gazetteer):
    place = gazetteer.resolve("Smila", region="Luhansk", countries=["UA"])
    assert place.canonical is None
    assert place.region == "Luhansk"
    assert place.candidates


def test_a_land_and_an_american_state_of_one_name_are_told_by_what_the_article_speaks_of(gazetteer):
    assert gazetteer.resolve("Georgia", countries=["RU", "GE", "US"]).country == "GE"
    assert gazetteer.resolve("Georgia", countries=["US"]).country == "US"


def test_an_unknown_name_stays_as_it_is(gazetteer):
    assert not gazetteer.knows("Qwertyville")
    place = gazetteer.resolve("Qwertyville", region="Sumy")
    assert (place.name, place.region, place.canonical, place.candidates) == ("Qwertyville", "Sumy", None, ())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Toretsk", "settlement"), ("Donetsk", "settlement"), ("North Kivu", "region"), ("Tigray", "region"),
        ("Ukraine", "country"), ("Burma", "country"), ("Donbass", "area"), ("Golan Heights", "area"),
        ("Black Sea", "water"), ("Camp David", "venue"), ("Alaska", "region"), ("West Bank", "region"), ("Qwert", None),
    ],
)  # fmt: skip
def test_a_name_has_its_usual_kind(gazetteer, name, kind):
    assert gazetteer.kind_of(name) == kind


def test_the_kind_tells_a_region_from_its_town(gazetteer):
    town = gazetteer.resolve("Luhansk", countries=["UA"])
    region = gazetteer.resolve("Luhansk", countries=["UA"], kind="region")
    assert town.geonames_id is not None
    assert region.geonames_id is None
    assert abs(region.lat - town.lat) > 0.1


def test_spellings_meet_in_one_key():
    assert key_of("Al-Fāshir") == key_of("El Fashir")
    assert key_of("Sa’dah") == key_of("Sadah")
    assert key_of("St. Petersburg") == key_of("Saint Petersburg")
    assert key_of("Port-au-Prince") == key_of("port au prince")


def test_no_file_is_an_error_and_another_file_too(tmp_path):
    with pytest.raises(GazetteerError, match="there is no gazetteer at"):
        Gazetteer.open(tmp_path / "none.sqlite3")
    with pytest.raises(GazetteerError, match="Is a directory"):
        Gazetteer.open(tmp_path)
    for content in (b"no database" * 100, b"", GAZETTEER.read_bytes()[:500_000]):
        (tmp_path / "other.sqlite3").write_bytes(content)
        with pytest.raises(GazetteerError, match="gazetteer"):
            Gazetteer.open(tmp_path / "other.sqlite3")


def _ask(gazetteer, queue):
    queue.put(gazetteer.resolve("Bakhmut").country)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_children_read_it_at_the_same_time(gazetteer):
    fork = multiprocessing.get_context("fork")
    queue = fork.SimpleQueue()
    children = [fork.Process(target=_ask, args=(gazetteer, queue)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join(30)
    assert [queue.get() for _ in children] == ["UA"] * 3


def test_a_name_looked_up_again_costs_next_to_nothing(gazetteer):
    gazetteer.knows("Kramatorsk")
    begun = time.process_time()
    for _ in range(10_000):
        gazetteer.knows("Kramatorsk")
    assert (time.process_time() - begun) / 10_000 < 50e-6


def test_the_file_is_slim_and_gives_credit():
    assert GAZETTEER.stat().st_size < 15_000_000
    with sqlite3.connect(GAZETTEER) as db:
        (credit,) = db.execute("SELECT value FROM meta WHERE key = 'credit'").fetchone()
    db.close()
    assert "GeoNames" in credit
    assert "CC BY 4.0" in credit


def test_the_curated_tables_are_well_formed():
    for row in gazetteer_build.rows_of("places.csv"):
        assert None not in row, row
        assert row["kind"] in {"settlement", "region", "country", "area", "water", "venue"}, row
        assert bool(row["lat"]) == bool(row["lon"]), row
        assert not row["lat"] or (-90 <= float(row["lat"]) <= 90 and -180 <= float(row["lon"]) <= 180), row
    codes = [(row["country"], row["code"]) for row in gazetteer_build.rows_of("regions.csv")]
    assert len(codes) == len(set(codes))


def test_a_file_is_built_from_any_entries(tmp_path):
    entry = gazetteer_build.Entry("Aville", "settlement", "B", "UA", 1.0, 2.0, 900, 7, (("Aville", 1), ("Avil’ye", 2)))
    assert gazetteer_build.build(tmp_path / "g.sqlite3", [entry]) == 1
    built = Gazetteer.open(tmp_path / "g.sqlite3")
    assert built.resolve("Avilye", countries=["UA"]).geonames_id == 7
    assert built.standing("Aville").trust == 1
    assert built.standing("Avilye").trust == 0


@pytest.mark.parametrize(
    ("name", "countries", "country"),
    [
        ("Rome", ["US", "IR"], "IT"),
        ("Geneva", ["US"], "CH"),
        ("Dayton", ["US"], "US"),
        ("Tripoli", ["LB"], "LB"),
        ("Tripoli", ["US"], "LY"),
    ],
)
def test_an_article_on_america_may_speak_of_rome(gazetteer, name, countries, country):
    assert gazetteer.resolve(name, countries=countries).country == country
