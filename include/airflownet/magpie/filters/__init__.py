"""The filters, one file each; every step counts what goes in, what comes out and why not; nothing is lost."""
