"""Made-up tenants, the shapes their sign-ins arrive in, and what the program costs on them."""
