from __future__ import annotations

from collections import Counter

from airflownet.magpie.grid import CONTROL, DIMENSIONS, Cell, dimensions, next_cells, phrases, steer


def test_cells_are_spread_over_every_value() -> None:
    grid = dimensions(("3.3", "2.9"))
    cells = next_cells(grid, [], 60, "key")
    for dimension, values in grid.items():
        counts = Counter(cell.get(dimension) for cell in cells)
        assert set(counts) == set(values)
        assert max(counts.values()) - min(counts.values()) <= 1
    assert len({cell.name for cell in cells}) > 50
    assert next_cells(grid, [], 60, "key") == cells != next_cells(grid, [], 60, "another")


def test_what_was_accepted_least_comes_next() -> None:
    grid = {"provider": ("amazon", "google"), "form": ("terse",)}
    accepted = [Cell((("provider", "amazon"), ("form", "terse")))] * 3
    assert [cell.get("provider") for cell in next_cells(grid, accepted, 3, "k")] == ["google"] * 3


def test_the_steer_describes_the_assistant_and_names_the_cell() -> None:
    cell = next_cells(dimensions(("2.9",)), [], 1, "k")[0]
    text = steer(cell, "magpie")
    assert text.startswith("You are an assistant")
    assert "2.9" in text
    assert "{" not in text
    for dimension in DIMENSIONS[1:]:
        assert phrases()[dimension][cell.get(dimension)] in text


def test_the_control_arm_has_no_steer() -> None:
    assert steer(CONTROL, "magpie") == ""
    assert CONTROL.name == ""
