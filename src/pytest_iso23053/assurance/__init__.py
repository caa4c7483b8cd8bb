"""The domain: from the reports of a test to the verdict on a clause. Standard library only."""
