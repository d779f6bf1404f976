"""From layer sizes and a table of data to a readable template."""
