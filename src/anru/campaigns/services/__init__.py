"""The writers of campaigns: one function per verb."""
