"""Every format's table names canonical columns, and reads each in one type."""

from __future__ import annotations

import pytest

from analyzer.engine.conversions import SQL, STRICT
from analyzer.formats import FORMATS, STRANGERS
from analyzer.formats.model import RESULT_TYPE
from analyzer.formats.recognise import format_of, stranger_of
from analyzer.schema import SIGNINS

KIND_OF = {c.name: c.kind for c in SIGNINS}
FROM_THE_SCAN = {"policies_known", "source_format", "source_file"}
CARRIED_BY_ALL = {
    "signin_id", "occurred_at", "user_id", "user_principal_name", "client_app", "user_agent",
    "ip_address", "country", "error_code", "ca_status", "correlation_id", "app_id", "app_name",
}  # fmt: skip

formats = pytest.mark.parametrize("form", FORMATS, ids=lambda f: f.name)


@formats
def test_every_column_is_canonical_and_named_once(form):
    columns = [f.column for f in form.fields]

    assert set(columns) <= set(KIND_OF)
    assert len(columns) == len(set(columns))


@formats
def test_every_place_converts_to_the_type_of_its_column(form):
    types = {(f.column, RESULT_TYPE[p.conversion]) for f in form.fields for p in f.places}

    assert types == {(f.column, KIND_OF[f.column]) for f in form.fields}


@formats
def test_every_format_carries_what_the_judgement_needs(form):
    assert {f.column for f in form.fields} >= CARRIED_BY_ALL


@formats
def test_every_format_says_what_it_is_and_on_whose_authority(form):
    assert form.title
    assert form.what.endswith(".")
    assert form.source
    assert form.recognised_by


def test_graph_fills_every_column_that_is_not_made_by_the_scan():
    graph = next(f for f in FORMATS if f.name == "graph")

    assert {f.column for f in graph.fields} == set(KIND_OF) - FROM_THE_SCAN


def test_every_conversion_has_sql_and_only_known_ones_are_strict():
    assert set(SQL) == set(RESULT_TYPE)
    assert set(STRICT) <= set(SQL)


def test_names_are_unique():
    names = [f.name for f in FORMATS] + [s.name for s in STRANGERS]

    assert len(names) == len(set(names))


@formats
def test_no_stranger_is_recognised_as_a_format(form):
    for stranger in STRANGERS:
        for names in stranger.fields:
            assert not form.recognises(names)


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda s: s.name)
def test_every_stranger_is_found_by_its_own_fields_or_beginning(stranger):
    found = [stranger_of(names) for names in stranger.fields]
    found += [stranger_of(frozenset(), start) for start in stranger.starts]

    assert found
    assert all(found)
    assert stranger.remedy.endswith(".")


def test_an_aggregate_with_a_time_and_a_user_is_no_sign_in_log():
    names = frozenset({"timegenerated", "userprincipalname", "resulttype", "count_"})

    assert format_of(names) is None
    assert stranger_of(names).name == "aggregate"
    assert format_of(names - {"count_"}).name == "log-analytics"
    assert format_of(names | {"id", "clientappused"}).name == "log-analytics"
