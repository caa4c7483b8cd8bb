"""Standards as data: phases, clauses, aspects, boundaries, profiles and the crosswalk between catalogues."""
