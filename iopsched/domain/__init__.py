"""Facts of the week: frozen, checked at birth, standard library only."""
