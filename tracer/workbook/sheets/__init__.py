"""One module for each kind of sheet; each returns plans and knows no file format."""
