"""Verdicts become documents; everything written passes the sanitiser and the redaction."""
