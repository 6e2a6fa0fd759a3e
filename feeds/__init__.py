"""What is happening, was and will be: readings and passages, the bus they travel on, and their memory."""
