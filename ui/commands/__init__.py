"""The commands of the command line, one file a family; light to import, so that help is quick."""
