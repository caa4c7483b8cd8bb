"""Credit scoring on the German credit data: an example of a small model with a whole life cycle."""
