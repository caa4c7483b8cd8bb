"""The configuration ``[tool.iso23053]``: read, validated whole, and handed on as frozen records."""
