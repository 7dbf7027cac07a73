"""Collecting into a store: pulls from Graph, imports of exports, and the upkeep of both."""
