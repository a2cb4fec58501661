"""Tables in, tables out: normalise, shape, count, slots, merge, fold."""
