// The Reader's script. Without it everything works as forms and links.
