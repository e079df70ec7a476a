"""Whether everything in the database agrees with everything else: nothing oversold, nothing lost, nothing twice."""
