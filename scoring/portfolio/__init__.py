"""What can be funded, by the named rules of a call: exact to the cent, every departure explained."""
