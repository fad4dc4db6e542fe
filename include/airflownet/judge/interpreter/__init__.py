"""Python alone: values, names, statements and calls, walked without being run. It knows no library."""
