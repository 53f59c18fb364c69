"""What users call: composes the floors below, one module a subject."""
