"""What each process runs; one module a process, each with `async def run(settings)`."""
