"""What every act leaves behind: steps, events, numbers, mail in the outbox; and the tools it works with."""
