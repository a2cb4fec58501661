"""Run the kernel over batches and add the partial summaries."""
