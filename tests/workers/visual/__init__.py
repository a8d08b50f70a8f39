"""Tests of the visual reading."""
