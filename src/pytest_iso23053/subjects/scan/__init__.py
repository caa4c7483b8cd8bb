"""What an artefact would do when it is loaded, found without loading it. Standard library only; nothing is run."""
