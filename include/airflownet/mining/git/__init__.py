"""Reading git repositories by ``git``'s own plumbing: objects only, never a checkout."""
