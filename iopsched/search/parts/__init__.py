"""A large week, improved part by part (large neighborhood search), with bounds from a relaxation beside it."""
