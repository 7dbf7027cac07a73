"""Made-up tenants with everything the documents tell of, mixed at random, and their truth."""

from benchmarks.scenarios.tenant import Tenant, simulate, write

__all__ = ["Tenant", "simulate", "write"]
