"""Bank files: read into one shape, told apart from what the books already hold, turned into entries."""
