from airflownet.training.model_card import adapter_card, seedling_card
from airflownet.training.settings import SeedlingSettings, TrainingSettings

COUNTS = {
    "files": 12,
    "file_tokens": 1000,
    "files_too_long": 3,
    "steps": 5,
    "tokens_seen": 2500,
    "parameters": 1_234_567,
    "vocab_size": 512,
    "train_rows": 7,
    "train_tokens": 900,
    "eval_rows": 2,
    "trainable_parameters": 4321,
}
FACTS = {
    "final_train_loss": 1.5,
    "final_eval_loss": None,
    "train_s": 9.9,
    "tokens_per_s": 250,
    "num_threads": 2,
    "device": "cpu",
    "precision": "fp32",
}


def test_seedling_card_says_what_it_saw():
    card = seedling_card(SeedlingSettings(chat_share=0.2), {"counts": COUNTS, "facts": FACTS})
    assert "1.23 million" in card
    assert "about 2.5 passes" in card
    assert "About 20% of the files" in card
    assert "not a useful model" in card
    assert "| `seed` | 3407 |" in card


def test_adapter_card_counts_what_was_dropped():
    result = {"counts": COUNTS, "facts": FACTS, "dropped": {"over_max_length": 1014}}
    card = adapter_card(TrainingSettings(r=8), "../base_model/model", result)
    assert "1,014 over_max_length" in card
    assert "rank 8, 4,321 parameters" in card
    assert "4-bit NF4" in card
    assert "not measured" in card
