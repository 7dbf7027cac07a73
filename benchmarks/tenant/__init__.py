"""An invented tenant in mid-migration: its people, places, policies, days and troubles."""
