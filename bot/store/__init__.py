"""What must outlive a restart: one module per noun over one SQL database."""
