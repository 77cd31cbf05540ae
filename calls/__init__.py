"""What a call *is*: definitions, registers and the importer that refuses what is wrong."""
