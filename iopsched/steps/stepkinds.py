"""The kinds of steps as the rulebook declares them, where whoever offers or takes steps looks for them."""

from iopsched.rulebook.steps import KINDS, Decider, KindOfStep, StepKind, price_of

__all__ = ["KINDS", "Decider", "KindOfStep", "StepKind", "price_of"]
