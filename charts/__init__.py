"""Arrays in, plotly figures out. Nothing here computes what it draws."""
