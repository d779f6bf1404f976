"""What `import tracer` offers."""
