"""The message pane. It knows the domain and the theme, nothing else of the app."""
