"""What stands between the web server and a view, one middleware a module."""
