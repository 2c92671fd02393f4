"""What campaigns decides: frozen values and pure functions, standard library only."""
