"""Money in, and its agreement with the company's own records."""
