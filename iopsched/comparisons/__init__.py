"""What two weeks of a clinic have in common and what not: the facts behind them, and which of these touch whose appointments."""
