import pytest

from airflownet.errors import GateNotMet
from airflownet.evaluation.promotion.gate import Check, Decision
from airflownet.pipeline.challenge import make_champion
from airflownet.pipeline.run_folder import RunFolder
from airflownet.recipe import load_recipe


@pytest.mark.parametrize("is_regression", [False, True], ids=["not-better", "worse"])
def test_a_model_that_the_gate_turned_away_moves_nothing(tmp_path, is_regression):
    trained = tmp_path / "small" / "training"
    trained.mkdir(parents=True)
    (trained / "adapter.gguf").write_bytes(b"weights")
    check = Check("loads more often, beyond chance", is_met=False, told="0 points (-5 to 5)")
    decision = Decision("finetuned", "base", is_promoted=False, is_regression=is_regression, checks=(check,))
    with pytest.raises(GateNotMet, match="loads more often, beyond chance: 0 points"):
        make_champion(load_recipe("laptop"), RunFolder(str(tmp_path / "small")), decision, "nowhere")
    assert not (tmp_path / "models").exists()
