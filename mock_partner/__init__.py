"""The party we play: it sends, answers and records. It never judges."""
