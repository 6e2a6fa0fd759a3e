"""What is wrong: rules, the engine that applies them, and the desk where people answer."""
