"""Which problem is meant."""

from __future__ import annotations

import pytest

from paicha.app.evidence import find_problem
from paicha.errors import CaseError
from paicha.facade import carry_out, prepare_demo
from paicha.model.findings import Findings


@pytest.fixture(scope="module")
def findings() -> Findings:
    """Give what is found in the built-in example."""
    return carry_out(prepare_demo("zh", None)).findings


@pytest.mark.parametrize(
    "wanted", ["2", "database_connection", "数据库连接失败", " Database Connection FAILING "]
)
def test_a_problem_is_named_by_number_id_or_title(findings: Findings, wanted: str) -> None:
    """As the report shows it, in whichever language it was read."""
    assert "database_connection" == find_problem(findings, wanted).id


@pytest.mark.parametrize("wanted", ["", "数据库", "99", "database"])
def test_a_part_of_a_title_names_nothing(findings: Findings, wanted: str) -> None:
    """A guess could show the lines of another problem."""
    with pytest.raises(CaseError) as refused:
        find_problem(findings, wanted)

    assert "2 database_connection" in refused.value.text("zh")
