// The site's script: panels that follow the visitor's hand. Without it every page works as forms and links.
