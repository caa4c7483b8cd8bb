"""Drawings behind measurements: small, valid and inside their box whatever a record holds; right where it is sane."""

from __future__ import annotations

import itertools
import json
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
import samples
from golden_files import check
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_iso23053.assurance.series import COLUMNS, MOST_ROWS, plain
from pytest_iso23053.render.html import render_html
from pytest_iso23053.render.plot_frame import Scale, fit, percent, rounded, ticks
from pytest_iso23053.render.plot_series import NOT_SHOWN, drawing_of
from pytest_iso23053.render.text import UNFIT

MOST_BYTES = 5_000
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
GROUPS = [["female", 210, 0.31, 0.24, 0.39], ["male", 700, 0.61, 0.56, 0.66], ["other", 3, None, None, None]]


def record(series, measure="m", **more):
    given = {"value": 0.5, "low": 0.4, "high": 0.6} | more
    value, low, high = (given.pop(key) for key in ("value", "low", "high"))
    return samples.measurement(measure, value, low, high, series={"version": 1, **series}, **given)


def by_group(rows=GROUPS, measure="selection_rate.ratio", **more):
    return record({"kind": "groups", "of": "selection_rate", "over": "sex", "rows": rows}, measure, **more)


def curve(rows, **more):
    return record({"kind": "curve", "of": "share turned", "over": "queries", "rows": rows}, **more)


def reliability(rows, **more):
    return record({"kind": "reliability", "of": "probability of good", "rows": rows}, **more)


def area(rows, **more):
    return record({"kind": "area", "of": "true positive rate", "over": "false positive rate", "rows": rows}, **more)


def bins(rows, names=("train", "production"), **more):
    return record({"kind": "histogram", "of": "age", "samples": list(names), "rows": rows}, **more)


def categories(rows, names=("train", "production"), **more):
    return record({"kind": "categories", "of": "plan", "samples": list(names), "rows": rows}, **more)


EXAMPLES = {
    "groups": by_group(limit=0.8, operator=">="),
    "reliability": reliability([[60, x / 10, x / 11, x / 11 - 0.05, x / 11 + 0.05] for x in range(1, 10)]),
    "curve": curve([[0, 0, 0, 0.02], [100, 0.3, 0.25, 0.36], [400, 0.5, 0.44, 0.55]], limit=0.1, operator="<="),
    "histogram": bins([[None, 20, 3, 9], [20, 30, 40, 20], [30, 40, 35, 60], [40, None, 5, 30]]),
    "one sample": bins([[0, 1, 30], [1, 2, 60], [2, None, 5]], ["test"], value=1.2, low=1.0, high=1.4, limit=0.5),
    "categories": categories([["basic", 120, 40], ["full", 60, 70]]),
    "area": area([[0, 0, 0], [0.1, 0.55, 0.1], [0.5, 0.9, 0.5], [1, 1, 1]], value=0.8, limit=0.75, operator=">="),
}


def box(svg):
    return tuple(map(float, ET.fromstring(svg).get("viewBox").split()[2:]))


def places(svg):
    """Every coordinate that is drawn to, absolute: (x or None, y or None)."""
    for found in ET.fromstring(svg).iter():
        if found.tag == "text":
            yield float(found.get("x")), float(found.get("y"))
        elif found.tag == "circle":
            yield float(found.get("cx")), float(found.get("cy"))
        elif found.tag == "path":
            yield from along(found.get("d"))


def along(d):
    x = y = 0.0
    for command, arguments in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", d):
        numbers = list(map(float, NUMBER.findall(arguments)))
        assert len(numbers) == {"M": 2, "L": 2, "H": 1, "V": 1, "h": 1, "v": 1, "z": 0}[command], (command, arguments)
        if command in "ML":
            x, y = numbers
        elif command in "Hh":
            x = numbers[0] + (x if command == "h" else 0)
        elif command in "Vv":
            y = numbers[0] + (y if command == "v" else 0)
        yield x, y


def assert_sound(drawn):
    assert len(drawn.svg.encode()) <= MOST_BYTES
    width, height = box(drawn.svg)
    for x, y in places(drawn.svg):
        assert -0.2 <= x <= width + 0.2
        assert -0.2 <= y <= height + 0.2
    assert not re.search(r"nan|inf|\de[+-]", re.sub(r">[^<]*<", "><", drawn.svg))
    assert not re.search(r"style=|href|on\w+=|id=", drawn.svg)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_each_kind(name):
    drawn = drawing_of(EXAMPLES[name])
    assert_sound(drawn)
    check(f"series-{name.replace(' ', '-')}.svg", drawn.svg + "\n")


def test_in_words_and_numbers():
    check(
        "series.txt",
        "\n".join(
            line
            for record in EXAMPLES.values()
            for drawn in [drawing_of(record)]
            for line in (drawn.title, drawn.caption, *(f"  {number}" for number in drawn.numbers), "")
        ),
    )


numbers = st.none() | st.floats() | st.integers() | st.sampled_from([1.8e308, -1.8e308, 5e-324, 0, 1, 10**400])
texts = st.text(max_size=200) | st.sampled_from([samples.HOSTILE, "\"&<>'" * 30, "𝕏" * 90, "\u202e" * 90])


@st.composite
def any_series(draw):
    kind = draw(st.sampled_from(list(COLUMNS)))
    names = draw(st.lists(texts, min_size=1, max_size=2)) if kind in ("histogram", "categories") else []
    labelled = kind in ("groups", "categories")
    width = len(COLUMNS[kind]) + len(names) - labelled
    row = st.tuples(*([texts] if labelled else []), *[numbers] * width).map(list)
    beside = st.tuples(texts, *[numbers] * len(names)).map(list)
    return {
        "kind": kind, "of": draw(texts), "over": draw(texts), "samples": names, "more": draw(numbers),
        "rows": draw(st.lists(row, max_size=MOST_ROWS)), "besides": draw(st.lists(beside, max_size=6)),
    }  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    any_series(),
    numbers,
    numbers,
    st.sampled_from(["<=", ">=", None]),
    st.sampled_from(["m", "m.worst", "m.ratio", "m.difference"]),
)
def test_whatever_the_numbers_and_names_a_drawing_is_small_valid_and_inside(series, value, limit, operator, measure):
    drawn = drawing_of(record(series, measure, value=value, limit=limit, operator=operator))
    if drawn is not None:
        assert_sound(drawn)
        assert not UNFIT.search("".join([drawn.title, drawn.caption, *drawn.numbers]))
        assert len(drawn.numbers) <= MOST_ROWS + 6


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["kind", "version", "rows", "samples", "of", "besides"]),
        st.recursive(
            numbers | st.sampled_from([*COLUMNS, 1]), lambda inner: st.lists(inner, max_size=6), max_leaves=20
        ),
    )
    | numbers
)
def test_what_is_no_series_is_not_drawn_and_breaks_nothing(series):
    found = drawing_of({**samples.measurement("m", 0.5, 0.4, 0.6), "series": series})
    assert found is None or found.svg


@pytest.mark.parametrize(("version", "drawn"), [(1, True), (2, False), ("1", False), (None, False)])
def test_a_later_version_is_not_drawn(version, drawn):
    held = by_group()
    assert bool(drawing_of({**held, "series": {**held["series"], "version": version}})) is drawn


WORST = '<&>"' * 30
MANY = range(MOST_ROWS)
POINTS = [[i / 40 + 1e-5, i / 41, i / 41 - 0.0123, i / 41 + 0.0123] for i in MANY]
SMALL, WIDE = [10**9, -1.23456e-7, -9.87654e-7, 1.23456e-6], [10**9, 0.123456, 0.0987654, 0.187654]
WORST_CASES = {
    "groups": by_group([[WORST, *SMALL]] * MOST_ROWS, "m.worst", limit=1e-7, operator="<="),
    "wide letters": by_group([["𝕏漢" * 40, *WIDE]] * MOST_ROWS, "m.ratio", limit=0.8, operator=">="),
    "reliability": reliability([[10**9, *point] for point in POINTS]),
    "curve": curve([[x * 1234.5, *rest] for x, *rest in POINTS], limit=0.1, operator="<="),
    "histogram": bins([[i * 0.123, (i + 1) * 0.123, 10**i, 10 ** (40 - i)] for i in MANY], [WORST, WORST]),
    "categories": categories([[WORST, i + 1, 41 - i] for i in MANY], [WORST, WORST]),
    "area": area([[x * 1234.5, y, -y] for x, y, *_ in POINTS]),
}


@pytest.mark.parametrize("name", WORST_CASES)
def test_the_worst_that_a_record_may_hold_takes_five_kilobytes(name):
    held = WORST_CASES[name]
    assert plain(held["series"])["rows"], "a record may hold it"
    assert_sound(drawing_of(held))


def test_a_drawing_holds_no_foreign_text_that_acts():
    drawn = drawing_of(by_group([[text, 50, 0.5, 0.4, 0.6] for text in (samples.HOSTILE, "<script>x</script>", "]]>")]))
    assert {found.tag for found in ET.fromstring(drawn.svg).iter()} <= {"svg", "g", "path", "text", "circle"}
    assert drawn.svg.isprintable()


def pieces(svg, kind):
    return [list(along(found.get("d"))) for found in ET.fromstring(svg).iter("path") if found.get("class") == kind]


def said(svg):
    return [found.text for found in ET.fromstring(svg).iter("text")]


@pytest.mark.parametrize(
    ("measure", "limit", "operator", "line", "beyond"),
    [
        ("selection_rate.ratio", 0.8, ">=", "0.8 of the largest", 1),
        ("selection_rate.ratio", 0.5, ">=", "0.5 of the largest", 0),
        ("selection_rate.difference", 0.1, "<=", "0.1 below the largest", 1),
        ("selection_rate.worst", 0.4, ">=", "limit 0.4", 1),
        ("selection_rate.worst", 0.2, "<=", "limit 0.2", 2),
        ("selection_rate", 0.4, ">=", None, 0),
        ("selection_rate.ratio", 0.8, "<=", None, 0),
    ],
)
def test_a_limit_on_groups_is_drawn_where_it_lies_among_them(measure, limit, operator, line, beyond):
    svg = drawing_of(by_group(GROUPS, measure, limit=limit, operator=operator)).svg
    assert (line in said(svg)) if line else not pieces(svg, "limit")
    assert sum(len(found) for found in pieces(svg, "beyond")) == beyond * 5
    if line:
        assert pieces(svg, "kept")


def test_of_a_group_with_few_rows_nothing_is_drawn_and_it_is_named():
    drawn = drawing_of(by_group())
    assert "n = 3" in said(drawn.svg)
    assert drawn.numbers[-1] == f"other: {NOT_SHOWN}, n\u00a0=\u00a03"
    assert drawing_of(by_group(GROUPS[2:])) is None


def test_of_many_groups_both_ends_are_drawn_and_all_are_listed():
    rows = [[f"g{number}", 50, number / 100, number / 100, number / 100] for number in range(40)]
    held = by_group(rows)
    drawn = drawing_of({**held, "series": {**held["series"], "more": 12}})
    names = [name for name in said(drawn.svg) if name.startswith("g")]
    assert names == [f"g{number}" for number in (*range(12), *range(28, 40))]
    assert "… 16 between" in said(drawn.svg)
    assert len(drawn.numbers) == 41
    assert drawn.numbers[-1] == "and 12 more"


def test_on_the_diagonal_probability_and_rate_agree():
    svg = drawing_of(reliability([[50, 0.2, 0.2, 0.1, 0.3], [50, 0.8, 0.8, 0.7, 0.9]])).svg
    ((x1, y1), (x2, y2)) = pieces(svg, "limit")[0]
    for circle in ET.fromstring(svg).iter("circle"):
        share = (float(circle.get("cx")) - x1) / (x2 - x1)
        assert y1 + share * (y2 - y1) == pytest.approx(float(circle.get("cy")), abs=0.1)


def test_the_limit_of_a_curve_lies_on_the_axis_of_what_was_measured():
    svg = drawing_of(curve([[0, 0.0, 0.0, 0.0], [10, 0.4, 0.4, 0.4]], limit=0.2, operator="<=")).svg
    (start, *_, end) = pieces(svg, "curve")[0]
    assert pieces(svg, "limit")[0][0][1] == pytest.approx((start[1] + end[1]) / 2, abs=0.1)
    assert "limit 0.2" in said(svg)


def test_an_area_lies_below_its_line_and_chance_beside_it_and_no_limit_is_drawn():
    drawn = drawing_of(EXAMPLES["area"])
    line, (band,) = pieces(drawn.svg, "curve")[0], pieces(drawn.svg, "band")
    assert band[: len(line)] == line
    assert band[-2][1] == line[0][1]  # down to the axis
    (chance,) = pieces(drawn.svg, "limit")
    assert (chance[0], chance[-1]) == (line[0], line[-1])
    assert chance[1][1] > line[1][1]
    assert not any("limit" in text for text in said(drawn.svg))


def test_open_bins_are_as_wide_as_the_others_and_no_number_stands_beyond():
    svg = drawing_of(bins([[None, 20, 1, 1], [20, 30, 1, 1], [30, None, 1, 1]])).svg
    outline = [x for x, _ in pieces(svg, "outline")[0]]
    widths = {round(after - before, 1) for before, after in itertools.pairwise(outline) if after > before}
    assert max(widths) - min(widths) < 0.2
    assert "10" not in said(svg)


@pytest.mark.parametrize(
    "rows", [[], [[None, None, 1, 1]], [[5, 5, 1, 1]], [[3, 4, 1, 1], [1, 2, 1, 1]], [[0, 1, 0, 4]]]
)
def test_bins_that_are_none_are_not_drawn(rows):
    assert drawing_of(bins(rows)) is None


def test_shares_are_of_each_sample_by_itself():
    drawn = drawing_of(categories([["a", 10, 300], ["b", 30, 100]]))
    assert {"25 → 75 %", "75 → 25 %"} <= set(said(drawn.svg))
    assert drawn.numbers == ("a: 10 in train, 300 in production", "b: 30 in train, 100 in production")


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_round_numbers_lie_between_and_are_few(one, other):
    low, high = sorted((one, other))
    assert len(ticks(low, high)) <= 13
    start, end = rounded(low, high)
    assert math.isfinite(end - start) or max(abs(start), abs(end)) < math.inf
    if low < high:
        slack = (high / 2 - low / 2) * 1e-6
        assert start <= low + slack
        assert end >= high - slack
    assert 0 <= Scale(low, high, 0, 10)(one) <= 10


def test_spelled():
    assert ticks(0, 1) == [0, 0.2, 0.4, pytest.approx(0.6), 0.8, 1]
    assert rounded(0.03, 0.97) == (0, 1)
    assert [percent(share) for share in (0, 0.0004, 0.012, 0.5, 1)] == ["0", "<0.1", "1.2", "50", "100"]
    assert fit("<" * 100) == "&lt;" * 3 + "…" + "&lt;" * 7
    assert json.dumps(fit("a\u202eb")) == '"a\\\\u202eb"'


def page_of(*outcomes):
    """A page with one drawn measurement for each of these judgements."""
    tests = tuple(
        samples.test(f"t.py::test_{at}", "passed" if judged == "met" else "failed", "7.4/fairness", measurements=(
            by_group(limit=0.8, operator=">=", judgement=judged),
        ))
        for at, judged in enumerate(outcomes)
    )  # fmt: skip
    return render_html(replace(samples.rich(), tests=tests))


def test_passes_beyond_what_is_shown_carry_no_drawing():
    few, many = (page_of(*["met"] * number) for number in (4, 400))
    assert few.count('class="drawing"') == many.count('class="drawing"') == 2
    assert len(many) - len(few) < 3_000


def test_large_drawings_leave_no_room_for_others_and_that_is_told():
    groups = [[f"group {at:02} {'x' * 50}", 50, at / 40, at / 80, 1.0] for at in range(40)]
    held = by_group(groups, limit=0.8, operator=">=", judgement="met")
    tests = tuple(
        samples.test(f"t.py::test_{at}", "passed", f"{clause}/{aspect}", measurements=(held, held))
        for at, (clause, aspect) in enumerate(itertools.product(range(10), range(8)))
    )
    page = render_html(replace(samples.rich(), tests=tests))
    drawn = page.count('class="drawing"')
    assert 20 < drawn < 60
    assert f"what lies behind {160 - drawn} of those shown is not drawn" in page


def test_drawings_of_what_was_not_met_are_open_and_limited():
    page = page_of(*["not met"] * 150, *["met"] * 20)
    assert (page.count('class="drawing" open'), page.count('class="drawing"')) == (60, 62)
    assert page.count('class="interval"') == 154
    assert "what lies behind 92 of those shown is not drawn" in page
    assert 'class="drawing" open' not in page_of("met")


def test_of_intervals_that_there_are_not_nothing_is_said():
    drawn = drawing_of(by_group([["a", 50, 0.5, None, None], ["b", 50, 0.4, None, None]]))
    assert drawn.caption == "Bars: selection_rate of each group."
    assert not pieces(drawn.svg, "range")
    assert drawn.numbers[0] == "a: 0.5, n\u00a0=\u00a050"
