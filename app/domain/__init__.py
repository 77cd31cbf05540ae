"""Pure process rules: roles, states, deadlines and refusals. No framework, no table, no clock."""
