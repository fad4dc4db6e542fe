"""The judge teaches the model: answers to training prompts are drawn, judged, and the good ones trained on.

Rejection fine-tuning (Yuan et al. 2023, "Scaling Relationship on Learning Mathematical Reasoning"; STaR,
Zelikman et al. 2022). Two stages of one round: ``draw`` leaves what the model said, ``select`` the dataset of
the round. ``pipeline/improve.py`` puts training and evaluation behind them.
"""
