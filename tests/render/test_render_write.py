from __future__ import annotations

import os
import threading

import pytest
import samples

from pytest_iso23053.render.formats import FORMATS
from pytest_iso23053.render.write import write_text


def names(folder):
    return [path.name for path in folder.iterdir()]


def test_parents_are_made_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "reports" / "deep" / "report.html"
    write_text(path, "ä – ✓\n")
    assert path.read_bytes() == "ä – ✓\n".encode()
    assert names(path.parent) == ["report.html"]


def test_what_was_there_is_replaced(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("old")
    write_text(path, "new\n")
    assert path.read_text() == "new\n"


def test_an_interrupted_write_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "report.json"
    path.write_text("old")

    def interrupted(*paths):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["report.json"]


def test_a_failure_names_the_report_and_what_went_wrong(tmp_path, monkeypatch):
    def full(*paths):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match=r"cannot write the report: No space left on device.*report\.html") as caught:
        write_text(tmp_path / "report.html", "text")
    assert caught.value.errno == 28
    assert names(tmp_path) == []


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError, match="name a file in it"):
        write_text(tmp_path, "text")


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "report").write_text("")
    with pytest.raises(OSError, match="cannot write the report"):
        write_text(tmp_path / "report" / "report.html", "text")


def test_a_link_is_followed(tmp_path):
    target, link = tmp_path / "target.html", tmp_path / "link.html"
    target.write_text("old")
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX's")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_text(pipe, "text")
    reader.join(timeout=10)
    assert read == ["text"]
    assert pipe.is_fifo()


def test_permissions_follow_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "report.html", "text")
    finally:
        os.umask(before)
    assert (tmp_path / "report.html").stat().st_mode & 0o777 == 0o640


def test_a_name_as_long_as_the_file_system_allows(tmp_path):
    write_text(tmp_path / ("n" * 250 + ".html"), "text")
    assert len(names(tmp_path)) == 1


def test_lone_surrogates_do_not_cost_the_report(tmp_path):
    write_text(tmp_path / "report.txt", "\ud800")
    assert (tmp_path / "report.txt").read_text() == "\\ud800"


def test_every_format_has_a_renderer_and_a_default_path():
    assert {name: path for name, (_, path) in FORMATS.items()} == {
        "html": "iso23053-report.html",
        "json": "iso23053-report.json",
        "markdown": "iso23053-report.md",
        "sarif": "iso23053-report.sarif",
        "github": "",
        "badge": "iso23053-badge.svg",
    }
    for render, path in FORMATS.values():
        assert render(samples.empty()).endswith("\n") or not path
