"""Facts of the week: frozen, and checked where a problem is made of them."""
