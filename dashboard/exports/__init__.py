"""Slides as files: PDF, PowerPoint and pictures."""
