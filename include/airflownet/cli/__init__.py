"""The ``airflownet`` command; one file per subcommand."""
