"""Adoption: who takes digital payments, and what was measured."""
