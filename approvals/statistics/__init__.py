"""What labels can prove: bounds, tests, thresholds and calibration. Pure: numbers in, numbers out, no database."""
