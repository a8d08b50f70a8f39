"""The commands of ``bitaqa``, a module for each family."""
