"""How a phrase of a scenario is carried out."""
