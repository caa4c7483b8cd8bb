"""The page in a folder of its own: what servers that forbid everything inline show as it is meant."""

from __future__ import annotations

import hashlib
import re

import pytest
import samples
from markup import Markup

from pytest_iso23053.render import write
from pytest_iso23053.render.formats import folder_renderer_for, is_folder
from pytest_iso23053.render.html import INDEX, asset_name, render_html, render_html_folder
from pytest_iso23053.render.write import write_folder


@pytest.fixture(scope="module")
def files():
    return render_html_folder(samples.rich())


def test_the_page_comes_last_and_names_its_files_by_what_they_hold(files):
    style, script, page = files
    assert page == INDEX
    assert re.fullmatch(r"iso23053-[0-9a-f]{16}\.css", style)
    assert hashlib.sha256(files[script].encode()).hexdigest()[:16] in script
    found = Markup(files[INDEX])
    assert found.all("link") == [{"rel": "stylesheet", "href": style}]
    assert found.all("script") == [{"src": script, "defer": None}]


@pytest.mark.parametrize("name", ["rich", "empty", "hostile"])
def test_nothing_is_inline_that_jenkins_forbids(name):
    """Its default: sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self'."""
    text = render_html_folder(getattr(samples, name)())[INDEX]
    found = Markup(text)
    assert "style" not in found.tags
    assert not {attribute for attribute, _ in found.attributes if attribute == "style" or attribute.startswith("on")}
    assert all(script.get("src") for script in found.all("script"))
    policy = next(meta["content"] for meta in found.all("meta") if meta.get("http-equiv"))
    assert "unsafe" not in policy


def test_both_forms_say_the_same(files):
    one, other = (
        re.sub("<(style|script)[^>]*>.*?</\\1>|<link[^>]*>", "", text, flags=re.DOTALL)
        for text in (render_html(samples.rich()), files[INDEX])
    )
    assert Markup(one).text == Markup(other).text


@pytest.mark.parametrize(("path", "expected"), [("r/", True), ("r", False), ("r.html", False), (None, False)])
def test_a_path_that_ends_in_a_slash_asks_for_a_folder(path, expected):
    assert is_folder(path) is expected
    assert (folder_renderer_for("html", path) is not None) is expected
    assert folder_renderer_for("json", path) is None


def test_a_page_is_replaced_with_its_files_and_others_are_left_alone(tmp_path, files):
    old = "body { color: red }"
    stale = tmp_path / asset_name(old, "css")
    write_folder(tmp_path, {stale.name: old, INDEX: files[INDEX]})
    foreign = {"iso23053-0123456789abcdef.css": "not what its name says", "notes.txt": "mine", "style.css": old}
    for name, text in foreign.items():
        (tmp_path / name).write_text(text)
    write_folder(tmp_path, files)
    assert not stale.exists()
    assert {path.name for path in tmp_path.iterdir()} == {*files, *foreign}
    assert all((tmp_path / name).read_text(encoding="utf-8") == text for name, text in files.items())


def test_links_are_not_followed_when_old_files_are_taken_away(tmp_path, files):
    text = "x"
    kept = tmp_path / asset_name(text, "js")
    (tmp_path / "outside.js").write_text(text)
    kept.symlink_to(tmp_path / "outside.js")
    write_folder(tmp_path, files)
    assert kept.is_symlink()


def test_a_page_of_somebody_else_is_not_replaced(tmp_path, files):
    (tmp_path / INDEX).write_text("<h1>My site</h1>")
    with pytest.raises(OSError, match=r"index\.html there is no report of ours; name a folder of its own"):
        write_folder(tmp_path, files)
    assert [path.name for path in tmp_path.iterdir()] == [INDEX]
    assert (tmp_path / INDEX).read_text() == "<h1>My site</h1>"


@pytest.mark.parametrize("broken", [1, 2, 3])
def test_what_breaks_in_between_leaves_the_old_page_with_its_files(tmp_path, files, monkeypatch, broken):
    old = {asset_name("a", "css"): "a", INDEX: files[INDEX].replace("credit scoring", "what was there before")}
    write_folder(tmp_path, old)
    done = []

    def replace(source, target, original=write.os.replace):
        done.append(target)
        if len(done) == broken:
            raise OSError(28, "No space left on device")
        original(source, target)

    monkeypatch.setattr(write.os, "replace", replace)
    with pytest.raises(OSError, match="No space left on device"):
        write_folder(tmp_path, files)
    assert all((tmp_path / name).read_text(encoding="utf-8") == text for name, text in old.items())
    assert not list(tmp_path.glob("*.tmp"))


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(tmp_path, files):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="cannot write the report"):
        write_folder(tmp_path / "file" / "report", files)


def test_source_date_epoch_stands_in_place_of_the_clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    first = samples.rich()
    text = render_html(first)
    assert "2026-01-01T00:00:00+00:00 (SOURCE_DATE_EPOCH)" in text
    assert first.run["started"] not in text
    later = samples.replace(first, run=first.run | {"started": "2026-11-11T11:11:11+00:00", "duration": 1.0})
    assert render_html(later) == text


@pytest.mark.parametrize("epoch", ["", "soon", "-1", "9" * 30])
def test_a_source_date_epoch_that_is_no_time_changes_nothing(monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert samples.RUN["started"] in render_html(samples.rich())
