"""Before a batch moves: who will reconfigure, who will be stuck, who should move together."""
