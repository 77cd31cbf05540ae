"""Applications: answers, partners, attachments, submission."""
