"""Tests of the partner; `hostile` is shared by several of them."""
